"""Peers that speak the real protocols: Twilio's HTTP and SMTP."""
