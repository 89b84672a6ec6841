"""Common words of other languages, and emoji, as the English words of the lexicon.

Small on purpose: the most frequent nouns, colours and connecting words of short prompts.
"""

from __future__ import annotations

_SPANISH = """mar:sea océano:ocean playa:beach montaña:mountain montañas:mountain
ciudad:city calle:street bosque:forest desierto:desert lago:lake río:river campo:field
espacio:space barco:boat velero:sailboat perro:dog gato:cat caballo:horse zorro:fox
pájaro:bird pez:fish ballena:whale coche:car tren:train globo:balloon cohete:rocket
mujer:woman hombre:man niño:child atardecer:sunset amanecer:dawn noche:night día:day
lluvia:rain nieve:snow niebla:fog rojo:red roja:red azul:blue verde:green amarillo:yellow
blanco:white negro:black un:a una:a el:the la:the los:the las:the en:in sobre:over mañana:morning
por:through bajo:under con:with sin:without de:of al:at y:and navega:sailing
navegando:sailing corre:running corriendo:running vuela:flying volando:flying nada:swimming
camina:walking"""
_GERMAN = """meer:sea ozean:ocean strand:beach berg:mountain berge:mountain stadt:city
straße:street wald:forest wüste:desert see:lake fluss:river wiese:meadow weltraum:space
boot:boat segelboot:sailboat schiff:ship hund:dog katze:cat pferd:horse fuchs:fox vogel:bird
fisch:fish wal:whale auto:car zug:train ballon:balloon rakete:rocket frau:woman mann:man
kind:child sonnenuntergang:sunset sonnenaufgang:dawn nacht:night tag:day regen:rain
schnee:snow nebel:fog rot:red rotes:red roter:red rote:red blau:blue blaues:blue grün:green
gelb:yellow weiß:white schwarz:black ein:a eine:a einen:a der:the die:the das:the den:the
dem:the im:in am:at auf:on über:over durch:through unter:under mit:with ohne:without kein:no
keine:no bei:at und:and segelt:sailing läuft:running rennt:running fliegt:flying
schwimmt:swimming geht:walking fährt:driving"""
_FRENCH = """mer:sea océan:ocean plage:beach montagne:mountain montagnes:mountain ville:city
rue:street forêt:forest désert:desert lac:lake rivière:river champ:field espace:space
bateau:boat voilier:sailboat chien:dog chat:cat cheval:horse renard:fox oiseau:bird
poisson:fish baleine:whale voiture:car train:train ballon:balloon montgolfière:balloon
fusée:rocket femme:woman homme:man enfant:child coucher:sunset crépuscule:dusk aube:dawn
nuit:night jour:day pluie:rain neige:snow brume:fog rouge:red bleu:blue bleue:blue
vert:green jaune:yellow blanc:white noir:black un:a une:a le:the la:the les:the dans:in
sur:on matin:morning sous:under avec:with sans:without de:of au:at et:and navigue:sailing
court:running vole:flying nage:swimming marche:walking roule:driving"""
_ITALIAN_PORTUGUESE = """mare:sea spiaggia:beach praia:beach montagna:mountain
montanha:mountain città:city cidade:city foresta:forest floresta:forest barca:boat
veleiro:sailboat cane:dog cachorro:dog gatto:cat tramonto:sunset pôr-do-sol:sunset
notte:night noite:night pioggia:rain chuva:rain"""
_CHINESE_JAPANESE = """海洋:ocean 海边:beach 海滩:beach 海岸:coast 水下:underwater
海底:underwater 海中:underwater 大海:ocean 海:sea 山脉:mountain 山:mountain 城市:city
都市:city 街道:street 街:street 森林:forest 森:forest 沙漠:desert 砂漠:desert 草原:meadow
太空:space 宇宙:space 湖:lake 河:river 川:river 帆船:sailboat ヨット:sailboat 船:boat
ボート:boat 小狗:dog 狗:dog 犬:dog 小猫:cat 猫:cat 馬:horse 马:horse 狐狸:fox 狐:fox
キツネ:fox 鸟:bird 鳥:bird 鲸:whale 鯨:whale クジラ:whale 鱼:fish 魚:fish 汽车:car 車:car
车:car 火车:train 電車:train 列車:train 气球:balloon 気球:balloon 火箭:rocket
ロケット:rocket 机器人:robot ロボット:robot 女孩:girl 女人:woman 少女:girl 男人:man
人:person 日落:sunset 夕日:sunset 夕焼け:sunset 夕阳:sunset 日出:dawn 朝日:dawn 夜晚:night
夜:night 雨:rain 雪:snow 雾:fog 霧:fog 红:red 赤:red 蓝:blue 青:blue 绿:green 緑:green
黄:yellow 白:white 黑:black 黒:black 飞:flying 飛:flying 奔跑:running 走:walking 泳:swimming
游:swimming 航行:sailing 电影:cinematic 映画:cinematic 动画:animated アニメ:animated"""
_EMOJI = """🌊:ocean 🏖:beach 🏝:beach 🚗:car 🚕:taxi 🚙:car 🏎:car 🚌:bus 🚚:truck 🚲:bicycle
🚴:cyclist 🏍:motorcycle 🚂:train 🚆:train 🚄:train 🐕:dog 🐶:dog 🐩:dog 🐱:cat 🐈:cat
🐅:tiger 🐯:tiger 🦁:lion 🐴:horse 🐎:horse 🦄:unicorn 🦊:fox 🐺:wolf 🦌:deer 🐻:bear
🐼:panda 🐘:elephant 🐰:rabbit 🐇:rabbit 🐦:bird 🦅:eagle 🦆:duck 🦉:owl 🕊:dove 🦋:butterfly
🐝:bee 🐉:dragon 🐲:dragon 🐟:fish 🐠:fish 🐳:whale 🐋:whale 🐬:dolphin 🦈:shark 🐙:octopus
🐢:turtle ⛵:sailboat 🚤:boat 🚢:ship 🚀:rocket 🛸:ufo ✈:airplane 🎈:balloon 🪁:kite
🏮:lantern 🤖:robot 👩:woman 👨:man 🧍:person 🚶:person 🏃:runner 💃:dancer 👩‍🚀:astronaut
🧑‍🚀:astronaut 🌅:sunset 🌇:sunset 🌄:dawn 🌃:night-city 🌆:sunset-city 🌙:night 🌌:galaxy
⭐:night 🪐:planet 🌧:rain ☔:rain ❄:snow ⛄:snow 🌨:snow ⛈:storm 🌩:storm ☀:sunny 🌞:sunny
🌫:fog 🏔:mountain ⛰:mountain 🗻:mountain 🌋:volcano 🌲:forest 🌳:tree 🌴:beach 🏜:desert
🌵:desert 🏙:city 🌸:blossom 🌻:sunflower 🌹:rose 🌷:tulip 🌺:flower 🏠:house 🏡:house
🏰:castle ☕:coffee 🍵:tea 🎬:cinematic 🎵:music 🎶:music 🔇:silent"""


def _pairs(table: str) -> dict[str, str]:
    return dict(entry.split(":", 1) for entry in table.split())


# Latin words are looked up token by token; the others are replaced wherever they stand.
LATIN: dict[str, str] = {
    **_pairs(_ITALIAN_PORTUGUESE),
    **_pairs(_FRENCH),
    **_pairs(_GERMAN),
    **_pairs(_SPANISH),
}
PICTOGRAMS: dict[str, str] = _pairs(_EMOJI)
IDEOGRAMS: dict[str, str] = _pairs(_CHINESE_JAPANESE)
