"""`make bench`: how quick the product is, as ratios against floors measured in the same run."""
