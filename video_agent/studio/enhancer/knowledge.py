"""What a writer knows about places and things: what stands around them, how they move and sound."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A kind of place: its words, what is seen there, its light by day, colours, noise, motion."""

    words: str
    seen: str
    light: str
    colours: str
    noise: str
    motion: str


@dataclass(frozen=True)
class Thing:
    """A kind of subject: its words, its usual place, what it does by itself, its noise.

    `moves` tells whether a camera would follow it.
    """

    words: str
    place: str
    does: str
    noise: str
    moves: bool = True


PLACES: dict[str, Place] = {
    "underwater": Place(
        r"underwater|reef|coral|seabed|aquarium|ocean floor|deep sea",
        "in a coral reef underwater with swaying sea grass and blue water behind it",
        "soft shafts of daylight falling from the surface above",
        "turquoise and deep blue",
        "the muffled rumble of deep water",
        "with small bubbles rising slowly past",
    ),
    "planet": Place(
        r"mars|moon surface|lunar|alien planet|another planet",
        "on dusty rocky ground of a far planet under a dark starry sky",
        "hard sunlight from low on one side",
        "rust and deep violet",
        "a low steady wind",
        "with dust drifting slowly across the ground",
    ),
    "space": Place(
        r"space|galaxy|planets?|orbit|nebula|asteroids?|cosmos|universe|moon|stars",
        "in outer space with distant stars and the curve of a planet in the background",
        "hard sunlight from low on one side",
        "deep violet and blue",
        "a low steady hum",
        "with thin clouds of dust drifting slowly past",
    ),
    "city": Place(
        r"city|streets?|skyline|downtown|alley|town|urban|skyscrapers?|road|highway|rooftops?|bridge|"
        r"tokyo|paris|london|new york|venice|market|crosswalk",
        "in a city street with tall buildings in the background",
        "in soft afternoon light from between the buildings",
        "cool blue and amber",
        "the distant hum of traffic and footsteps on the pavement",
        "with traffic passing slowly below",
    ),
    "forest": Place(
        r"forest|woods?|jungle|rainforest|woodland|grove|taiga|clearing|bamboo",
        "in a forest with tall trunks and ferns on the ground",
        "in dappled afternoon sunlight from above",
        "deep green and warm brown",
        "chirping birds and wind in the leaves",
        "with branches swaying gently in the wind",
    ),
    "desert": Place(
        r"desert|dunes?|sahara|savanna\w*|mesa",
        "in a desert with long dunes in the background",
        "in warm afternoon sunlight from the side with long shadows",
        "ochre and pale blue",
        "the low sound of wind over sand",
        "with sand drifting slowly over the crests",
    ),
    "interior": Place(
        r"room|kitchen|table|interior|indoors?|caf[eé]|studio|library|bedroom|office|desk|workshop|"
        r"window|bar|restaurant|fireplace|gym|stage|theatre|bathroom",
        "in a quiet room with a wooden table in the background",
        "in soft afternoon window light from the side",
        "warm brown and cream",
        "the quiet sound of the room",
        "with dust drifting slowly through the light",
    ),
    "beach": Place(
        r"beach|shore\w*|coast\w*|seaside|cliffs?",
        "on the shore with low waves and a long coastline in the background",
        "in soft afternoon sunlight from the side",
        "teal and soft gold",
        "the sound of waves and distant gulls",
        "with waves rolling slowly in",
    ),
    "ocean": Place(
        r"ocean|sea|bay|harbou?r|marina|waves?|island|lagoon|pier",
        "on the wide ocean with a gentle swell and a far coastline in the background",
        "in soft afternoon sunlight from the side",
        "teal and soft gold",
        "the sound of waves and distant gulls",
        "with waves rolling slowly past",
    ),
    "lake": Place(
        r"lake|river|pond|stream|waterfall|creek|fjord|canal",
        "beside a calm lake with reeds on the bank",
        "in soft afternoon sunlight from the side",
        "silver and deep green",
        "the sound of lapping water and chirping birds",
        "with small waves rippling slowly across",
    ),
    "mountain": Place(
        r"mountains?|valley|peaks?|alps|ridge|glacier|canyon|summit|highlands?|volcano|mount",
        "in a wide mountain valley with layered ridges in the background",
        "in soft afternoon sunlight from the side",
        "slate blue and soft green",
        "the sound of wind along the slopes",
        "with clouds drifting slowly across the slopes",
    ),
    "plain": Place(
        r"meadow|fields?|plain|grass\w*|countryside|prairie|farm|park|garden|pasture|vineyard|"
        r"orchard|village|lawn|wheat|yard|hills?|path",
        "in a wide meadow with tall grass in the background",
        "in soft afternoon sunlight from the side",
        "fresh green and warm gold",
        "chirping birds and wind in the grass",
        "with grass swaying gently in the wind",
    ),
}
THINGS: tuple[Thing, ...] = (
    Thing(
        r"sailboats?|boats?|yachts?|ships?|canoes?|kayaks?|rafts?|ferry|gondola|sails?",
        "ocean",
        "sails slowly across the water",
        "the creak of wood and the splash of the bow",
    ),
    Thing(
        r"whales?|dolphins?|sharks?|fish|jellyfish|octopus|turtles?|seals?|clownfish|koi",
        "underwater",
        "swims slowly through the water",
        "the soft splash of moving water",
    ),
    Thing(
        r"cars?|taxis?|bus|trucks?|motorcycles?|motorbikes?|scooters?|bicycles?|bikes?|cyclists?|trams?",
        "city",
        "drives steadily along the road",
        "the engine and the tyres on the road",
    ),
    Thing(
        r"trains?|locomotives?|railway",
        "mountain",
        "rolls steadily along the track",
        "the rumble of the wheels and a far whistle",
    ),
    Thing(
        r"rockets?|spaceships?|spacecraft|satellites?|shuttles?|astronauts?|ufo",
        "space",
        "drifts slowly past",
        "a low engine rumble",
    ),
    Thing(
        r"planes?|airplanes?|jets?|helicopters?|drones?|gliders?|balloons?|airships?|kites?",
        "mountain",
        "glides slowly across the valley",
        "the rush of wind",
    ),
    Thing(
        r"birds?|eagles?|hawks?|owls?|gulls?|seagulls?|swans?|crows?|herons?|hummingbirds?|geese|"
        r"butterfl(?:y|ies)|dragons?|bees?",
        "mountain",
        "glides slowly across the sky",
        "the beat of wings",
    ),
    Thing(
        r"fox(?:es)?|wol(?:f|ves)|deer|stags?|bears?|rabbits?|hares?|squirrels?|tigers?",
        "forest",
        "walks slowly between the trees",
        "light steps on the ground",
    ),
    Thing(
        r"lions?|elephants?|giraffes?|zebras?|camels?|rhinos?",
        "desert",
        "walks slowly across the open ground",
        "heavy steps on dry ground",
    ),
    Thing(
        r"dogs?|pupp(?:y|ies)|horses?|pon(?:y|ies)|cows?|sheep|goats?|donkeys?|unicorns?",
        "plain",
        "runs across the grass",
        "hooves and soft steps on the grass",
    ),
    Thing(r"cats?|kittens?", "interior", "walks slowly across the room", "soft steps and a purr"),
    Thing(
        r"coffee|cups?|mugs?|tea|teacups?|candles?|cakes?|pizza|soup|bread|food|vases?|books?|clocks?|"
        r"watch(?:es)?|perfume|bottles?",
        "interior",
        "stands still while thin steam rises",
        "a soft clink of porcelain",
        moves=False,
    ),
    Thing(
        r"flowers?|roses?|sunflowers?|tulips?|trees?|oaks?|lotus|lil(?:y|ies)",
        "plain",
        "sways gently",
        "the rustle of leaves",
        moves=False,
    ),
    Thing(
        r"lighthouses?|castles?|houses?|cabins?|cottages?|towers?|temples?|windmills?|barns?|statues?",
        "ocean",
        "stands still",
        "wind around old walls",
        moves=False,
    ),
    Thing(
        r"robots?|androids?|mechs?",
        "city",
        "walks slowly along the street",
        "quiet motors and metal steps",
    ),
    Thing(
        r"m[ae]n|wom[ae]n|boys?|girls?|child(?:ren)?|kids?|person|people|dancers?|runners?|hikers?|"
        r"knights?|wizards?|chefs?|musicians?|couples?|monks?|farmers?|surfers?|skiers?|climbers?",
        "plain",
        "walks slowly along the path",
        "footsteps on the path",
    ),
)
UNKNOWN = Thing("", "", "", "")
TIMES: dict[str, tuple[str, str]] = {
    "night": ("cool moonlight from above at night with soft highlights", "deep blue and silver"),
    "sunset": ("warm light from the setting sun with long shadows", "amber and violet"),
    "dawn": ("soft pale light from the rising sun", "peach and pale blue"),
    "dusk": ("soft blue ambient light from the sky at dusk", "deep blue and soft orange"),
    "golden": ("warm golden-hour light from low on the side with long shadows", "amber and gold"),
}
OVERCAST = "soft overcast light from above with gentle shadows"
STYLES: dict[str, str] = {
    "cinematic": "cinematic film look with natural colours",
    "animated": "hand-drawn animated film look with clean shapes",
    "documentary": "realistic documentary footage",
}
_INSIDE = ("underwater", "planet", "space")  # these hold whatever else is named
_JUMPS = re.compile(r"\b(?:breach|leap|jump)\w*", re.IGNORECASE)


def place_of(text: str) -> str:
    """The kind of place that a text names first; empty when it names none."""
    found = [(match.start(), name) for name in PLACES if (match := _find(PLACES[name].words, text))]
    inside = [name for _, name in found if name in _INSIDE]
    return inside[0] if inside else min(found)[1] if found else ""


def thing_of(text: str) -> Thing:
    """The kind of thing that a text names first."""
    found = [
        (match.start(), index)
        for index, thing in enumerate(THINGS)
        if (match := _find(thing.words, text))
    ]
    return THINGS[min(found)[1]] if found else UNKNOWN


def home_of(thing: Thing, request: str) -> str:
    """Where a thing is when nobody says: what leaps out of the water is seen above it."""
    return "ocean" if thing.place == "underwater" and _JUMPS.search(request) else thing.place


def _find(words: str, text: str) -> re.Match[str] | None:
    return re.search(rf"\b(?:{words})\b", text, re.IGNORECASE)
