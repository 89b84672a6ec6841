"""The words the renderer knows, by what they mean for a picture.

Each table maps a value of :class:`SceneDescription` to the words (stems) that ask for it.
Phrases of two words are written with a hyphen, as ``reading.py`` joins them.
"""

from __future__ import annotations

from functools import cache

Table = dict[str, str]

SUBJECTS: Table = {
    "bird": "bird eagle hawk falcon gull seagull owl crow raven crane heron albatross condor "
    "vulture swan goose duck dove pigeon sparrow swallow hummingbird robin parrot "
    "pelican phoenix stork flamingo",
    "butterfly": "butterfly moth",
    "dragonfly": "dragonfly bee bumblebee wasp firefly",
    "dragon": "dragon wyvern griffin",
    "boat": "sailboat boat yacht canoe kayak dinghy rowboat gondola raft catamaran sailing-boat",
    "ship": "ship ferry steamer liner freighter tanker vessel tugboat cruise-ship trawler",
    "car": "car taxi cab sedan coupe convertible automobile roadster racecar limousine jeep "
    "sports-car",
    "bus": "bus truck lorry van tram minibus camper",
    "bicycle": "bicycle bike cyclist motorcycle motorbike scooter tricycle",
    "train": "train locomotive railway subway tram-train steam-train",
    "balloon": "balloon airship zeppelin blimp hot-air-balloon",
    "plane": "plane airplane aeroplane aircraft jet biplane helicopter glider",
    "rocket": "rocket spaceship spacecraft starship ufo shuttle satellite probe",
    "kite": "kite",
    "lantern": "lantern lamp candle sky-lantern",
    "fish": "fish clownfish goldfish koi trout salmon angelfish seahorse",
    "whale": "whale orca humpback",
    "dolphin": "dolphin porpoise seal otter",
    "shark": "shark",
    "jellyfish": "jellyfish octopus squid",
    "turtle": "turtle tortoise",
    "fox": "fox",
    "wolf": "wolf coyote husky",
    "dog": "dog puppy retriever hound corgi labrador terrier beagle",
    "cat": "cat kitten tiger lion leopard panther lynx cheetah jaguar",
    "horse": "horse pony stallion mare mustang zebra unicorn donkey foal",
    "deer": "deer stag elk moose reindeer antelope gazelle fawn giraffe",
    "bear": "bear panda grizzly",
    "elephant": "elephant mammoth rhino hippo",
    "rabbit": "rabbit hare bunny squirrel mouse",
    "person": "person man woman girl boy child kid hiker traveler dancer runner walker figure "
    "people knight samurai wizard king queen princess farmer fisherman chef musician "
    "couple climber backpacker skier surfer cowboy explorer monk lady pilgrim detective "
    "painter",
    "astronaut": "astronaut cosmonaut spaceman diver",
    "robot": "robot android cyborg droid mech automaton",
    "lighthouse": "lighthouse tower castle windmill",
    "tree": "tree oak sapling willow baobab cherry-tree",
    "flower": "flower rose sunflower tulip daisy lotus lily poppy blossom orchid",
    "house": "house cottage cabin hut barn farmhouse temple church",
    "orb": "orb sphere spark ember",
    "cup": "cup mug coffee tea teacup espresso",
}

SETTINGS: Table = {
    "ocean": "ocean sea beach coast shore bay harbor harbour marina wave waves island lagoon "
    "pier seaside",
    "city": "city street skyline downtown alley town urban skyscraper metropolis road avenue "
    "tokyo paris london york highway bridge rooftop crosswalk venice canal",
    "space": "space galaxy planet orbit-space nebula cosmos mars moon-surface star-field "
    "asteroid universe",
    "forest": "forest woods wood jungle woodland rainforest grove taiga pine pines glade clearing",
    "underwater": "underwater reef coral seabed aquarium deep-sea seafloor ocean-floor",
    "mountain": "mountain valley peak alps ridge cliff glacier canyon summit highland fjord "
    "volcano",
    "desert": "desert dune dunes sahara mesa savanna savannah wasteland sand",
    "plain": "meadow field plain grassland countryside prairie farm park garden hill hills "
    "pasture vineyard orchard village lawn wheat lavender yard",
    "interior": "room kitchen table interior indoors cafe studio library bedroom office hall desk "
    "workshop window bar restaurant fireplace",
}


TIMES: Table = {
    "day": "day noon midday daylight daytime afternoon",
    "golden": "golden-hour golden-light morning",
    "sunset": "sunset evening sundown setting-sun",
    "dawn": "dawn sunrise daybreak first-light rising-sun",
    "dusk": "dusk twilight blue-hour nightfall",
    "night": "night midnight moonlit moonlight nighttime starlit starlight starry neon moon "
    "nocturnal",
}

WEATHERS: Table = {
    "rain": "rain rainy drizzle raining rainfall downpour wet",
    "snow": "snow snowy snowfall snowing blizzard winter frost snowflakes snow-covered",
    "storm": "storm stormy thunderstorm lightning tempest thunder hurricane",
    "fog": "fog foggy mist misty haze hazy",
    "clear": "sunny clear cloudless sunlit",
}

CAMERAS: Table = {
    "static": "static tripod locked-off locked-down fixed-camera stationary motionless",
    "pan": "pan sweep sweeping",
    "dolly": "dolly push zoom push-in pull pull-back approach",
    "orbit": "orbit arc circling revolve",
    "track": "track follow tracking steadicam gimbal alongside",
    "crane": "crane aerial drone tilt pedestal jib fly-over overhead",
    "handheld": "handheld shaky",
}

SHOT_SIZES: Table = {
    "close": "close-up closeup macro extreme-close extreme-close-up",
    "medium": "medium-shot medium-close waist-up cowboy-shot full-shot",
    "wide": "wide-shot long-shot establishing-shot wide-angle panorama panoramic extreme-wide "
    "extreme-long",
}

STYLES: Table = {
    "cinematic": "cinematic film noir anamorphic filmic movie blockbuster hollywood",
    "animated": "animated animation cartoon anime pixar ghibli illustrated claymation watercolor "
    "cel stylized",
    "documentary": "documentary nature-documentary photorealistic realistic naturalistic "
    "observational "
    "newsreel",
}

MOODS: Table = {
    "calm": "calm peaceful serene tranquil quiet dreamy gentle soothing contemplative nostalgic "
    "intimate",
    "bright": "cheerful joyful playful happy uplifting whimsical hopeful vibrant",
    "dark": "gloomy melancholic ominous eerie moody somber mysterious lonely brooding haunting",
    "tense": "tense chaotic frantic dramatic intense urgent suspenseful epic",
}

COLOURS: dict[str, str] = {
    "red": "d8261f", "crimson": "b3142b", "scarlet": "e0301e", "maroon": "7a1f2b",
    "pink": "f07aa8", "magenta": "d62a9a", "purple": "7d3fb8", "violet": "8a4fd0",
    "lavender": "b79be0", "blue": "2456d6", "navy": "1c2f6b", "azure": "2f8fe8", "cyan": "25c4d8",
    "turquoise": "2cc0b4", "teal": "178a8a", "green": "2f9a3f", "emerald": "1f9a62",
    "lime": "9ad62f", "olive": "7a7f2f", "yellow": "f4cf1f", "gold": "e0ac2f", "golden": "e8b23a",
    "amber": "f0a02a", "orange": "f07a1a", "copper": "b8683a", "ochre": "c8862f",
    "cream": "f4e6c8", "peach": "f7b48a", "indigo": "3f3a9a", "slate": "5f7080", "tan": "c8a27a",
    "brown": "7a4a2a", "beige": "dcc8a4", "white": "f4f4f2", "ivory": "f4ecd8",
    "silver": "b8c0c8", "grey": "8a8f96", "gray": "8a8f96", "black": "26262c",
}  # fmt: skip

# Verb stems by the kind of subject that can do them; "any" fits every subject.
ACTIONS: Table = {
    "air": "fly soar glide flap swoop hover circle dive ascend float drift perch flutter "
    "descend land",
    "water": "sail float drift glide row cruise bob anchor paddle steer rock navigate pass",
    "under": "swim dive glide leap jump breach hunt drift float pulse circle school dart",
    "legs": "run walk trot gallop leap jump stand sit sleep rest chase play sniff graze hunt "
    "stroll wander prowl climb dance look watch gaze wait hike march sprint turn cross "
    "explore read cook sing drink eat stretch smile ride paint surf ski search stare "
    "step carry hold roam lie",
    "wheels": "drive race speed roll cruise park turn cross pass ride cycle travel rush steam "
    "accelerate drift wind pull pedal",
    "rise": "rise launch blast ascend float drift fly lift hover soar burn glow orbit travel "
    "climb descend",
    "still": "stand sway bloom grow shine glow rise steam open wave tower burn flicker blink "
    "overlook guide rest",
    "place": "crash roll break lap flow ripple drift sway rise fall glow shimmer stretch swirl "
    "blow unfold sparkle pulse twinkle bustle spread set",
    "any": "move spin rotate appear emerge travel turn pass rest approach return glow "
    "disappear explode transform",
}

KINDS: Table = {
    "air": "bird butterfly dragonfly dragon plane kite balloon",
    "water": "boat ship",
    "under": "fish whale dolphin shark jellyfish turtle",
    "legs": "fox wolf dog cat horse deer bear elephant rabbit person astronaut robot",
    "wheels": "car bus bicycle train",
    "rise": "rocket balloon lantern astronaut orb plane",
    "still": "lighthouse tree flower house cup",
    "place": "landscape",
}


@cache
def index_of(name: str) -> dict[str, str]:
    """Turn a table around: word to value. ``name`` is a table's name in this module."""
    table: Table = globals()[name]
    return {word: value for value, words in table.items() for word in words.split()}


@cache
def actions_of(kind: str) -> frozenset[str]:
    """Verb stems that fit a kind of subject."""
    return frozenset(ACTIONS[kind].split()) | frozenset(ACTIONS["any"].split())


@cache
def all_actions() -> frozenset[str]:
    """Every verb stem known."""
    return frozenset(word for words in ACTIONS.values() for word in words.split())


@cache
def kinds_of(subject: str) -> tuple[str, ...]:
    """Kinds (keys of :data:`ACTIONS`) a subject belongs to."""
    return tuple(kind for kind, names in KINDS.items() if subject in names.split())
