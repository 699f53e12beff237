"""Made-up names and details. Nobody in particular is meant by any of them."""

# fmt: off
WOMEN = (
    "Margaret", "Rosa", "Evelyn", "Judith", "Dorothy", "Nancy", "Ruth", "Alma", "Irene",
    "Carol", "Sandra", "Linda", "Patricia", "Donna", "Janet", "Brenda", "Kathleen", "Gloria",
    "Theresa", "Marilyn", "Joyce", "Beverly", "Denise", "Paula", "Wanda", "Sylvia", "Rita",
    "Bonnie", "Tamara", "Claudia", "Heather", "Melissa", "Renee", "Vanessa", "Naomi", "Leah",
    "Amara", "Priscilla", "Yolanda", "Monique",
)
MEN = (
    "Harold", "Samuel", "George", "Walter", "Frank", "Leonard", "Carl", "Theodore", "Roger",
    "Dennis", "Gerald", "Wayne", "Ralph", "Eugene", "Russell", "Howard", "Clarence", "Stanley",
    "Vernon", "Marvin", "Curtis", "Glenn", "Lloyd", "Nathan", "Victor", "Calvin", "Dwight",
    "Keith", "Reginald", "Warren", "Terrence", "Malcolm", "Desmond", "Elliot", "Preston",
    "Quentin", "Byron", "Rodney", "Seth", "Isaac",
)
LAST = (
    "Greene", "Banks", "Harper", "Novak", "Kim", "Doyle", "Albright", "Price", "Whitaker",
    "Jensen", "Blake", "Hale", "Maddox", "Barlow", "Crandall", "Dunning", "Eastman", "Farrow",
    "Gallagher", "Hadley", "Ingram", "Jarvis", "Keller", "Lockhart", "Mercer", "Nesbitt",
    "Oakley", "Prescott", "Quigley", "Radcliffe", "Sheffield", "Thornton", "Underhill",
    "Vance", "Wexler", "Yarborough", "Ziegler", "Ashworth", "Bixby", "Colfax", "Draper",
    "Ellery", "Fenwick", "Gifford", "Holcomb", "Ivers", "Jessup", "Kirkland", "Langley",
    "Marlowe", "Norwood", "Ostrander", "Pruitt", "Rutledge", "Stanton", "Tolliver", "Ullman",
    "Vickers", "Winslow", "Yates", "Abbott", "Brewer", "Conroy", "Dalton", "Emerson", "Fuller",
)
MUJERES = (
    "Lucía", "Carmen", "Guadalupe", "Esperanza", "Marisol", "Rocío", "Teresa", "Consuelo",
    "Graciela", "Elena", "Ximena", "Beatriz",
)
HOMBRES = (
    "Hector", "Ramón", "Ignacio", "Joaquín", "Arturo", "Emilio", "Rafael", "Gustavo",
    "Octavio", "Benito", "Mateo", "Julián",
)
APELLIDOS = (
    "Fernández", "Ortiz", "Jiménez", "Castellanos", "Vargas", "Salinas", "Montoya", "Quiñones",
    "Robles", "Escobar", "Villarreal", "Cordero", "Ibarra", "Palacios", "Zamora", "Benavides",
    "Arredondo", "Cisneros",
)
# fmt: on

# Each has a hundred numbers that are never given to anybody: 555-0100 to 555-0199.
AREA_CODES = ("419", "567", "740", "614", "330", "937")
MAIL_HOSTS = ("example.com", "example.org", "example.net")

PLANS = (
    "Buckeye Valley Health PPO",
    "Medicare",
    "Maumee Mutual HMO",
    "Medicare and a supplement",
    "Great Lakes Employers' Plan",
    "Ohio Medicaid",
)
REFERRERS = (
    "Dr. Lyle Brandt, family medicine",
    "Dr. Anita Kessler, internal medicine",
    "Blanchard River Family Clinic",
    "Dr. Owen Tait, rehabilitation",
    "",
)
HELPERS = ("child", "partner", "parent", "friend", "caregiver")  # keys of the booking pages
INTERPRETED = ("Vietnamese", "Arabic", "American Sign Language")

VISIT_NOTES = (
    "Uses a walker; give them the room next to the door.",
    "Prefers to be called by the last name.",
    "Drives in from Lima: please do not start late.",
    "Bring the form for the employer.",
    "Hard of hearing, left side.",
)
PATIENT_NOTES = (
    "Prefers mornings; comes by the county's van.",
    "A daughter may be told about times, by the form of this spring.",
    "Please speak slowly on the phone.",
    "Moved within Findlay; the address was updated at the desk.",
    "Likes a call the day before, whatever the texts say.",
    "Card copied again in June.",
)
REASONS_OF_PATIENTS = (
    "I have to work that day.",
    "No ride that day.",
    "I feel better and would rather wait.",
    "Family visiting from out of state.",
    "",
    "",
    "",
)
REASONS_OF_STAFF = ("Called: has the flu.", "Called: car trouble.", "Called: no ride.", "")

# First names as they are written down by somebody who only heard them.
ALSO_CALLED = {
    "Margaret": "Maggie",
    "Judith": "Judy",
    "Patricia": "Pat",
    "Kathleen": "Cathleen",
    "Theresa": "Teresa",
    "Denise": "Denice",
    "Harold": "Harry",
    "Samuel": "Sam",
    "Walter": "Walt",
    "Gerald": "Jerald",
    "Ralph": "Ralf",
    "Russell": "Russel",
    "Lloyd": "Loyd",
    "Victor": "Viktor",
    "Warren": "Waren",
    "Elliot": "Eliot",
}
