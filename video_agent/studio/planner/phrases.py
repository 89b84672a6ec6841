"""The phrases by which a message is understood. English; anything else is taken for a prompt."""

import re

from video_agent.studio.planner.tool_meaning import ANALYZE, ENHANCE, POLL, UPLOAD, Role


def words(*alternatives: str) -> str:
    """A group that matches any of the alternatives."""
    return f"(?:{'|'.join(alternatives)})"


def starting(pattern: str) -> re.Pattern[str]:
    """A pattern at the start of a message, after a polite word or two."""
    return re.compile(f"^{POLITE}{pattern}", re.IGNORECASE)


POLITE = (
    r"(?:(?:hi|hey|hello|please|ok(?:ay)?|now|then|so|great|thanks|good|perfect|nice|"
    r"(?:it |that )?looks (?:good|great|nice)|(?:i )?(?:love|like) it|never mind|forget it|jetzt|"
    r"ahora|maintenant)[,!. ]+)*"
)
VERB = words("make", "create", "generate", "produce", "render", "film", "shoot", "animate", "draw")
ASKING = words(
    r"(?:can|could|would|will) (?:you|we) (?:please )?",
    r"i(?:'d| would) (?:like|love)(?: you)?(?: to)? ",
    r"i want(?: you)?(?: to)? ",
    f"i need |let's |let us |give me |get me |show me |help me |(?:just|only) (?={VERB})",
)
LENGTH = words(
    r"\d+(?:\.\d+)?[\s-]*(?:seconds?|sec|s)(?: long)?",
    r"(?:three|four|five|six|seven|eight|nine|ten)[\s-]seconds?",
)
QUALITY = words(
    "me|us|a|an|the|one|another|some|short|quick|brief|new|nice|beautiful|vertical|horizontal",
    "widescreen|portrait|landscape|square|draft|cheap|9:16|16:9|360p|720p|1080p|4k",
    "(?:draft|preview) of",
)
CLIP = "(?:video|clip|movie|film|footage|animation|reel|shot|sequence)s?"
ORDER = rf"(?:(?:{LENGTH}|{QUALITY})[,\s]+)*(?:{CLIP}\b|(?:draft|preview)(?= of))"
OF = r"\s*(?:of|about|showing|that shows|where|in which|featuring|with|:|-|–|—)\s*"

LEAD_IN = starting(rf"{ASKING}*(?:{VERB} {ORDER}(?:{OF}|\s*)|{ORDER}{OF})")
POINTING = rf"(?: it\b| this\b| that\b| the {CLIP}\b)"
OTHER_IDEA = starting(
    r"(?:an? )?(?:(?:completely|totally|entirely) )?(?:different|new|another) "
    r"(?:one|idea|video|clip)\s*[:,–—-]\s*"
)
FOREIGN_LEAD_IN = starting(
    words(
        r"(?:quiero|haz(?:me)?|crea|genera) un v[ií]deo (?:corto )?(?:de|con|sobre) ",
        r"(?:mach|erstelle|generiere)(?: mir| bitte)* ein(?:en)? (?:kurzes |kurzen )?"
        r"(?:video|clip|film) (?:von|mit|über) ",
        r"(?:fais|crée|génère)(?:-moi)? une? (?:courte )?vidéo (?:de |avec |sur |d['’])",
    )
)
BARE_LEAD_IN = starting(rf"{ASKING}*{VERB}(?!{POINTING})(?: me| us)? ")
REQUEST = starting(rf"{ASKING}*(?:{VERB}\b(?!{POINTING})|{ORDER}\s*(?:of|about|showing|where|:))")
ONE_STEP_ONLY = re.compile(r"\b(?:just|only) (?:generate|submit)\b", re.IGNORECASE)

_WORD_BACK = words(
    r"hi|hello|hey|good (?:morning|evening|day)|thanks?(?: you)?|cheers|bye|great|nice|cool",
    r"ok(?:ay)?|perfect|wonderful|awesome|lovely|(?:it |that )?looks (?:good|great|nice)",
    r"i (?:love|like) it|danke(?: schön)?|gracias|merci|grazie|no|stop|never ?mind|forget it",
    r"cancel(?: (?:it|that))?",
)
GREETING = re.compile(
    rf"\s*(?:{_WORD_BACK}(?: there| so much| very much| a lot| again)?\s*[!.,)?]*\s*)+|\W*",
    re.IGNORECASE,
)
ABOUT_YOU = starting(r"(?:help|what can you do|what do you do|who are you|how does this work)\b")
QUESTION = starting(
    words(
        r"what\b(?! about)|how\b(?! about)|why|which|who|when|where|did|does|do you|is|are|was",
        r"were|has|have|list|tell me|explain|summari[sz]e|describe|compare|status|report",
        r"show (?:me )?(?:the |all |my |both |its )+(?:\w+ )?(?:attempt|cost|score|report|result)",
        r"show (?:me )?(?:the |all |my )+(?:\w+ )?(?:video|clip|prompt|path|file|price|defect)",
        r"(?:give|get) me the (?:cost|score|attempt|report|path|price|result)",
        r"can you (?:tell|show|explain)",
    )
)
AGAIN = starting(
    words(
        r"try|do|run|redo|retry|repeat|same|once more|again|regenerate",
        r"noch ?mal|noch einmal|otra vez|de nuevo|encore(?: une fois)?|à nouveau",
        r"another (?:one|try|attempt|take)",
    )
    + r"\b"
)
ALTER = starting(
    words(
        r"(?:a )?cheap\w*|(?:a )?draft|as a |in (?:portrait|9:16|16:9|4k|\d+p|the )",
        r"(?:(?:can|could) you )?(?:make|render|have|let|turn) (?:it|this|that|the|him|her|them)\b",
        r"(?:with|without|but|and|also|add|remove|change|replace|use|less|more|instead|during)\b",
        r"no \w+|longer|shorter|slower|faster|darker|brighter|warmer|colder|improve|better",
        r"vertical|portrait|landscape|widescreen|what about|how about|only \d+",
        r"at (?:night|dawn|dusk|sunset|sunrise|noon)|i(?:'d| would) (?:prefer|rather)",
        r"\d+(?:\.\d+)? ?(?:s|sec|seconds)\b|(?:360|720|1080)p|4k|9:16|16:9",
        r"horizontal|upright|square|(?:give me |do |i want )?(?:the |a )?final\b|full quality",
        r"zoom|keep|brighten|darken|slow down|speed up|swap",
        r"(?:in|on|at|under|by|from) (?:an? |the )?\w+(?: \w+)?\s*[.!]*$",
        r"länger|kürzer|billiger|günstiger|más |plus (?:long|court)|moins cher",
        "(?:mit|ohne|aber|con|sin|pero|avec|sans|mais) ",
    )
)
COMPLAINT = starting(
    words(
        r"(?:it|that|this|they|the \w+)(?:'s| is|'re| are| was| looks?) "
        r"(?:too|not|still|(?:a bit|so|very) \w+$)\b",
        r"i (?:don't|do not|didn't) (?:like|want)|too \w+",
    )
)
_RESHAPING = rf"{ASKING}*(?:make|turn|let|have|paint|colou?r)"
RESHAPE = starting(rf"{_RESHAPING} (?:it|this|that|the|him|her|them)\b")
POINT_AT = starting(rf"{_RESHAPING} (?:it|this|that|him|her|them)\b")
GO_FURTHER = starting(r"(?:extend|prolong) (?:it|this|that|the (?:last )?(?:clip|video))\b")
RESHAPE_THING = re.compile(rf"{_RESHAPING} (?=the )", re.IGNORECASE)
NUDGE = re.compile(
    words(
        r"\b(?:below|under|beneath|short of) (?:the |its |your )?(?:quality )?threshold\b",
        r"\bnot (?:yet )?(?:reached|passed|finished)\b|\bready to be published\b",
        r"\battempts?(?: and [^.]*)? (?:is|are)? ?(?:left|remain\w*)\b",
        r"^\s*(?:continue|resume|go on|keep going|proceed|carry on|go ahead|yes|finish it)\b"
        r"(?: (?:with|the|this|it|job|work|video|last|one|please))*[\s.!]*$",
    ),
    re.IGNORECASE,
)

_ONLY = rf"{ASKING}*(?:just |only )?"
_SOMETHING = rf"(?=.*\b(?:{CLIP}|results?|generation|operation|job|it|that|this)\b|\s+\S*\d)"
ABOUT_US = re.compile(
    r"\?\s*$|^\s*(?:help|what can you|what do you|who are you)\b|"
    r"\b(?:attempts?|costs?|scores?|budget)\b",
    re.IGNORECASE,
)
STEPS: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (
        ENHANCE,
        starting(
            rf"{_ONLY}(?:enhance|improve|rewrite|refine|polish|expand) (?:this |the |my |a )?"
            r"(?:prompt|idea|text|description)\b(?: for me)?\W*"
        ),
    ),
    (
        POLL,
        starting(
            rf"{_ONLY}(?:poll|wait for|fetch|resume polling|"
            rf"check (?:on |the status of )?(?=.*(?:generation|operation|job)))\b{_SOMETHING}"
        ),
    ),
    (
        ANALYZE,
        starting(
            rf"{_ONLY}(?:analy[sz]e|judge|evaluate|score|rate|review|assess|inspect)\b{_SOMETHING}"
        ),
    ),
    (UPLOAD, starting(rf"{_ONLY}(?:upload|publish)\b")),
)

SECTION = re.compile(
    r"^#{1,4}\s*(?:request|prompt|idea)\s*:?\s*\n(.*?)(?=^#{1,4}\s|\Z)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
LINE = re.compile(r"^\W{0,3}(?:request|prompt|idea)\W{0,3}:\s*(.+)$", re.IGNORECASE | re.MULTILINE)
PUBLISHING = re.compile(
    r"[,;.]?\s*(?:and |then )*(?:upload|publish|post)\b(?: (?:it|this|the (?:video|clip)))?"
    r"[^.]*\.?$",
    re.IGNORECASE,
)

REDO = re.compile(
    words(
        r"(?:can you |could you )?(?:try|do|run|render|make|generate)(?: (?:it|that|this|one))?"
        r" (?:again|once more|over)",
        r"redo(?: it)?|retry|repeat|regenerate(?: it)?|once more|again|same(?: again)?",
        r"another (?:one|try|attempt|take)",
        r"noch ?mal|noch einmal|otra vez|de nuevo|encore(?: une fois)?|à nouveau",
        rf"{ASKING}*(?:make|render|have|let|turn) (?:it|this|that|the {CLIP})",
    )
    + r"\b[,:.!]*\s*",
    re.IGNORECASE,
)
JOINT = re.compile(
    words("but|and|also|now|what about|how about|i'd prefer|instead") + r"\b[,\s]*", re.IGNORECASE
)
FILLER = re.compile(
    r"\b(?:this time|please|for me|improve it|make it better|better|longer|shorter|länger|kürzer|"
    r"más (?:largo|corto)|plus (?:long|court)|(?:do |give me |i want )?(?:the |a )?final"
    r"(?: (?:one|version|clip|video|cut|quality|tier))?)(?!\w)",
    re.IGNORECASE,
)
ONLY_JOINTS = re.compile(
    r"(?:but|and|a|as|in|improve|more|less|instead|use|do|one)*", re.IGNORECASE
)
