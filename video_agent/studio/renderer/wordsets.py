"""Word sets for reading prompts: grammar, filler, and the words that tie others to a role."""

from __future__ import annotations


def word_set(words: str) -> frozenset[str]:
    """Make a set of the words of a text."""
    return frozenset(words.split())


WATERS = word_set("lake river pond stream reflection oasis waterfall creek canal")
BEACHES = word_set("beach shore coast seaside sand")
QUALIFIERS = word_set(
    "small tiny little large big huge giant massive old young ancient vintage classic antique "
    "modern futuristic wooden metal metallic steel stone glass rusty weathered worn shiny "
    "sleek polished fluffy furry wild majestic lone lonely single solitary graceful elegant "
    "colorful striped spotted bright pale dark golden silver tall short long slender heavy "
    "electric friendly playful curious wet snowy baby adult bald hot-air steaming luminous "
    "glowing porcelain ceramic armored bearded elderly retro painted patterned white-sailed "
    "three-masted two-masted fishing"
)
MANNERS = word_set(
    "slowly gently calmly quickly gracefully silently quietly steadily smoothly peacefully "
    "majestically swiftly softly carefully lazily playfully effortlessly briskly gradually "
    "fast low high alone leisurely rhythmically still"
)
SPEEDS = word_set("slow slowly smooth smoothly gentle gently steady steadily fast quick subtle")
DIRECTIONS = word_set(
    "in out left right up down back forward around across alongside toward towards over with "
    "from upward downward away past"
)
LIGHT_NOUNS = word_set(
    "light lighting sunlight moonlight glow backlight backlighting rays shafts sun lamplight "
    "candlelight shadows highlights silhouette rim-light key-light lanterns lamps"
)
LIGHT_WORDS = word_set(
    "soft warm harsh hard diffused diffuse volumetric dappled rim back backlit golden cold "
    "cool neon low high-key low-key natural dramatic side ambient glowing long directional "
    "overcast bright pale silver flickering setting rising"
)
LENSES = word_set("lens telephoto anamorphic fisheye prime focal mm bokeh")
FOCUS = word_set("depth-of-field shallow-focus deep-focus rack-focus bokeh aperture focus")
ANGLES = word_set("low-angle high-angle eye-level bird's-eye top-down over-the-shoulder worm's-eye")
SOUND_NOUNS = word_set(
    "sound sounds audio music soundtrack score ambience noise hum birdsong melody piano "
    "guitar strings orchestra drums violin flute synth choir voice footsteps wind waves "
    "chirping crackle patter rumble clink steps hiss murmur laughter bells purr bark motors "
    "engine thunder gulls crickets hooves splash rustle "
    "lapping roar whistle creak chatter"
)
SOUND_HEADS = word_set("sound sounds audio music soundtrack score ambience noise hear heard hum")
STYLE_NOUNS = word_set(
    "style look film footage animation cinematography aesthetic grade feel realism "
    "documentary movie still rendering"
)
MOOD_NOUNS = word_set("mood atmosphere ambiance ambience feeling tone feel vibe air")
PALETTE_NOUNS = word_set("palette tones hues colors colours shades grading tone color colour")
SKY_NOUNS = word_set("sky skies clouds nebula horizon aurora haze mist fog")
FILLER = word_set(
    "very really extremely super ultra hyper highly nice amazing masterpiece beautiful "
    "stunning gorgeous awesome incredible breathtaking perfect best quality good great "
    "wonderful fantastic excellent detailed intricate award-winning award winning trending "
    "artstation 8k 4k hd uhd fhd hdr 16k 2k professional insane magnificent spectacular cool "
    "lovely pretty absolutely truly lot lots please high-quality top-quality ultra-detailed "
    "highly-detailed high-resolution resolution video clip make create generate showing "
    "render unreal engine-5 octane flawless superb viral"
)
PREPOSITIONS = word_set(
    "in on at across over through under beneath along above below near past into onto toward "
    "towards beside between behind around off of by from within inside amid among against "
    "before outside during upon down up"
)
FUNCTION_WORDS = PREPOSITIONS | word_set(
    "a an the its his her their this that some one two three as while and or but with to is "
    "are was it he she they we i who which where when then there for both each no not without "
    "has have like against so only just"
)
CHANGES = word_set(
    "then becoming becomes turns turning fades fading into until followed before transition "
    "transitions transitioning shifts gives giving ending ends starting starts from"
)
# What a clause about a shot can begin with, beside what the lexicon draws.
FILM_NOUNS = word_set(
    "camera shot view frame angle perspective composition framing foreground background lens "
    "focus depth-of-field bokeh aperture light lighting sunlight moonlight daylight backlight "
    "lamplight candlelight glow rays shafts beam shadow highlight silhouette rim-light key-light "
    "reflection sound audio music soundtrack score ambience noise hum voice melody rhythm mood "
    "atmosphere ambiance feeling tone palette color colour hue contrast style look film footage "
    "animation cinematography grain texture scene subject action movement motion pace pan dolly "
    "zoom tilt orbit lines shapes detail edges sfx take character"
)
SCENE_NOUNS = (
    SOUND_NOUNS
    | SKY_NOUNS
    | WATERS
    | BEACHES
    | word_set(
        "sun moon star air breeze water surface wave ripple foam spray swell bubble tide current "
        "ground floor soil mud dust rock stone pebble boulder cave slope hill path trail track "
        "bank field grass reed fern moss leaf leaves branch trunk twig bush vine petal seed fruit "
        "ice icicle frost raindrop droplet drop dew puddle storm lightning fire flame smoke spark "
        "steam vapor building wall roof window door doorway balcony fence gate lamp sign wheel "
        "wing sail mast deck bow stern rope net oar railing table chair desk shelf book glass "
        "plate bowl bottle curtain carpet bed room corner hall stairs kitchen face eye hand hair "
        "head shoulder arm leg tail fur feather fin mane ear nose mouth lips beard skin dress "
        "coat jacket hat scarf shirt cloak armor helmet suit crowd animal flock herd school "
        "coral algae seaweed plant garden park bench traffic headlight neon bulb counter crystal "
        "everything everyone nothing nobody planet ring crater asteroid comet engine coastline "
        "shoreline distance layer crest dune"
    )
)
DESCRIBING = (
    FILLER
    | QUALIFIERS
    | MANNERS
    | SPEEDS
    | DIRECTIONS
    | LIGHT_NOUNS
    | LIGHT_WORDS
    | LENSES
    | FOCUS
    | ANGLES
    | SOUND_NOUNS
    | STYLE_NOUNS
    | MOOD_NOUNS
    | PALETTE_NOUNS
    | CHANGES
) | word_set(
    "soft gentle warm cool cold hot clean clear sharp deep shallow wide narrow thick thin dense "
    "calm open empty distant near far close left right top bottom middle side third behind rich "
    "natural realistic muted saturated pastel monochrome vivid faint dim bright rough smooth "
    "wet dry misty foggy rainy snowy cloudy windy early late single continuous constant steady "
    "moderate level plenty every whole enough all shape crisp delicate quiet loud low high light "
    "filled covered surrounded lit framed centered visible seen heard cast casting catch catches "
    "reveal reveals revealing fill fills bathe bathes surround illuminate illuminates linger "
    "lingers hover settle settles touch touches reach reaches shift shifts change changes show "
    "shows shown capture captures begin begins end ends keep keeps cuts cut without captions "
    "dialogue voice-over text music speech noon day rose terracotta tiny rolling lapping swaying "
    "drifting falling rising passing melting frozen dry golden-hour hand-drawn hand-painted "
    "rainbow colourful colorful black-and-white tones more less fewer very other another next "
    "between moment first beat beats creak"
)
