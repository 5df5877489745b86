"""The things that the sample dialogues talk about, with what is worth saying about each.

One line a thing: name | plural | look | place | care | three uses | trouble | remedy | what to look for.
"""

from typing import NamedTuple


class Thing(NamedTuple):
	name: str
	plural: str
	look: str
	place: str
	care: str
	uses: tuple[str, str, str]
	trouble: str
	remedy: str
	quality: str

	@property
	def one(self) -> str:
		"""The name with its article, as in "an umbrella"."""
		return f'{"an" if self.name[0] in "aeiou" else "a"} {self.name}'


TABLE = """
kettle | kettles | round and shiny | on the kitchen counter | warm water and a little vinegar | boiling water for tea; filling a hot-water bottle; warming a cup | boils too slowly | remove the limescale inside | a lid that closes well
teapot | teapots | round and friendly | on the kitchen shelf | warm water and a soft brush | making tea; serving guests; holding flowers | drips on the table | rub a little butter under the spout | a handle that stays cool
frying pan | frying pans | flat and heavy | on a hook near the stove | hot water and coarse salt | frying eggs; toasting nuts; warming bread | burns every pancake | lower the heat and add oil | a thick base
wooden spoon | wooden spoons | plain and light | in a jar near the stove | warm water and a drop of oil | stirring soup; mixing dough; tasting sauce | smells of onions | rub it with half a lemon | a long smooth handle
bread knife | bread knives | long and toothed | in a wooden block | warm water and a dry towel | slicing bread; cutting cake; halving tomatoes | squashes the bread | saw gently and press less | a blade with even teeth
cutting board | cutting boards | flat and sturdy | behind the sink | salt and half a lemon | chopping herbs; slicing bread; serving cheese | slides on the counter | lay a damp cloth under it | hard wood without cracks
coffee mug | coffee mugs | small and cheerful | in the kitchen cupboard | baking soda and a sponge | drinking coffee; holding pens; measuring rice | has brown stains | scrub it with baking soda | a wide handle
lunch box | lunch boxes | square and colourful | in the school bag | warm water and mild soap | carrying sandwiches; storing snacks; keeping fruit safe | leaks in the bag | wash and dry the seal | a lid with a tight seal
toaster | toasters | small and warm | next to the bread box | a dry brush | toasting bread; warming rolls; crisping waffles | burns the toast | empty the crumb tray | a tray that slides out
fridge | fridges | tall and cool | in a shady corner of the kitchen | baking soda and warm water | keeping milk fresh; cooling fruit; storing leftovers | hums loudly | level the feet | good seals on the door
blender | blenders | tall and noisy | at the back of the counter | warm water and a drop of soap | making soup; crushing ice; mixing drinks | gets stuck | add a little water | a strong motor
bicycle | bicycles | light and quick | in a dry shed | a damp cloth and chain oil | riding to work; exploring the town; carrying groceries | squeaks at every turn | oil the chain | brakes that bite well
helmet | helmets | hard and smooth | on a hook by the door | mild soap and a soft cloth | riding safely; climbing safely; skating with friends | feels loose | shorten the chin strap | a safety label
scooter | scooters | slim and quick | folded in the hall | a damp cloth | short trips; learning balance; racing friends | pulls to one side | straighten the front wheel | brakes that work in the rain
helicopter | helicopters | loud and powerful | in a large hangar | plenty of soapy water | rescuing climbers; watching traffic; carrying doctors | shakes in the wind | let a mechanic check the blades | a careful pilot
sailing boat | sailing boats | graceful and white | in a quiet harbour | fresh water and a sponge | crossing a lake; catching fish; resting on water | drifts in the wind | trim the sail | a dry cabin
canoe | canoes | long and narrow | under a roof near the water | fresh water and a sponge | crossing a river; fishing at dawn; camping trips | takes on water | patch the small cracks | a flat and stable bottom
tractor | tractors | big and green | in the barn | a hose and a stiff brush | ploughing fields; pulling carts; clearing snow | will not start | charge the battery | strong tyres
suitcase | suitcases | square and sturdy | on top of the wardrobe | a damp cloth | packing clothes; storing blankets; long journeys | has a stuck zip | rub the zip with a candle | wheels that roll quietly
backpack | backpacks | soft and roomy | on a hook in the hall | lukewarm water and mild soap | hiking trips; carrying books; weekend visits | hurts the shoulders | tighten the chest strap | wide padded straps
umbrella | umbrellas | light and round | in a stand by the door | lukewarm water and a sponge | walking in the rain; giving shade; keeping a camera dry | turns inside out | bend the ribs back slowly | strong flexible ribs
raincoat | raincoats | bright and smooth | on a hanger in the hall | cold water and a soft cloth | walking in the rain; gardening in spring; boat trips | lets water in | wax the seams | sealed seams
pair of boots | pairs of boots | tough and warm | on a mat by the door | a stiff brush and some wax | hiking in mud; working outside; walking in snow | smells damp | stuff it with newspaper overnight | a deep firm sole
scarf | scarves | long and soft | in a drawer with lavender | cold water and wool soap | keeping warm; dressing up; wrapping a gift | itches the neck | wash it with a little vinegar | soft natural wool
sweater | sweaters | soft and warm | folded on a shelf | cold water and wool soap | keeping warm; layering clothes; cosy evenings | has a loose thread | pull the thread to the inside | wool that does not itch
straw hat | straw hats | wide and light | on a high shelf | a soft dry brush | keeping the sun off; working in the garden; beach days | lost its shape | steam it and press it flat | a wide firm brim
wallet | wallets | slim and dark | in a front pocket | a damp cloth and leather cream | carrying cards; keeping receipts; holding coins | is too thick | throw out the old receipts | strong neat stitches
wristwatch | wristwatches | small and precise | in a padded box | a dry soft cloth | telling the time; timing eggs; planning the day | runs slow | replace the battery | a face that is easy to read
garden hose | garden hoses | long and green | rolled up in the shed | clean water and a cloth | watering plants; washing the car; filling a pool | leaks at the tap | replace the rubber ring | a hose that does not kink
lawn mower | lawn mowers | loud and useful | in a dry shed | a dry brush | cutting grass; mulching leaves; tidying paths | leaves ragged grass | sharpen the blade | a blade that is easy to change
watering can | watering cans | round and light | near the rain barrel | warm water and a brush | watering herbs; feeding seedlings; rinsing leaves | pours too fast | fit a finer spray head | a balanced handle
shovel | shovels | strong and simple | on a rack in the shed | a wire brush and a drop of oil | digging holes; moving snow; planting trees | feels blunt | file the edge | a smooth ash handle
rake | rakes | wide and light | on a rack in the shed | a dry brush | gathering leaves; levelling soil; clearing moss | lost a tooth | bend a new tooth from wire | a head that sits firmly
wheelbarrow | wheelbarrows | deep and sturdy | upside down behind the shed | a hose and a brush | moving soil; carrying logs; mixing cement | has a flat tyre | pump up the tyre | a tyre that holds air
greenhouse | greenhouses | bright and warm | in the sunny part of the garden | soapy water and a sponge | growing tomatoes; starting seeds; saving plants from frost | gets too hot | open the roof vent | panes of strong glass
bird house | bird houses | small and cosy | high up on a tree | hot water without soap | sheltering birds; watching nature; decorating the garden | stays empty | turn the door away from the wind | untreated wood
flower pot | flower pots | round and earthy | on a sunny window sill | warm water and a brush | growing herbs; planting bulbs; decorating a balcony | has white marks | wipe it with vinegar | a hole in the bottom
ladder | ladders | tall and straight | along the garage wall | a damp cloth | picking apples; painting walls; changing bulbs | wobbles on the floor | open it fully on level ground | wide steps that grip
hammer | hammers | short and heavy | in the tool box | a dry cloth and a drop of oil | driving nails; breaking stones; fixing fences | has a loose head | tap in a new wedge | a grip that fits your hand
screwdriver | screwdrivers | slim and handy | in the tool box | a dry cloth | tightening screws; opening paint; building shelves | slips off the screw | choose the right size | a magnetic tip
drill | drills | loud and strong | in a padded case | a dry brush | making holes; driving screws; mixing paint | smells hot | let it rest and use a sharp bit | a battery that lasts
saw | saws | long and sharp | on the workshop wall | a dry cloth and a drop of oil | cutting boards; pruning trees; building shelves | sticks in the wood | rub wax on the blade | sharp even teeth
paint brush | paint brushes | soft and neat | hanging on a nail | warm water and soap | painting walls; dusting shelves; oiling wood | went hard | soak it in warm vinegar | bristles that stay in place
torch | torches | small and bright | in the kitchen drawer | a dry cloth | night walks; finding keys; power cuts | flickers | clean the battery contacts | a strong beam
desk lamp | desk lamps | slim and bright | on the left side of the desk | a dry soft cloth | reading at night; drawing plans; sewing buttons | flickers | screw in the bulb more tightly | an arm that stays put
candle | candles | slim and warm | in a cool drawer | a soft cloth and a little oil | soft light; calm evenings; power cuts | smokes too much | trim the wick | pure wax
mirror | mirrors | flat and clear | on a wall without steam | vinegar and newspaper | checking your hair; making a room bright; shaving | has foggy spots | move it away from the steam | smooth edges
wardrobe | wardrobes | tall and roomy | against a dry wall | a damp cloth | storing clothes; hiding gifts; keeping blankets | smells musty | put a bag of lavender inside | doors that close softly
sofa | sofas | wide and soft | opposite the window | a vacuum and a damp cloth | reading; napping; welcoming guests | sags in the middle | turn the cushions over | a solid frame
pillow | pillows | soft and light | on a freshly made bed | lukewarm water and mild soap | sleeping; reading in bed; building forts | went flat | dry it with a tennis ball | a washable cover
blanket | blankets | soft and thick | at the foot of the bed | cold water and wool soap | keeping warm; picnics; building forts | sheds fluff | wash it once in cold water | a dense weave
carpet | carpets | thick and colourful | in the middle of the room | a vacuum and dry foam | warming a floor; softening steps; decorating a room | has a red stain | dab it with soda water | short dense fibres
alarm clock | alarm clocks | small and loud | on the night table | a dry cloth | waking up; timing naps; planning mornings | rings too softly | set it on a wooden tray | a button that is easy to find
camera | cameras | small and clever | in a padded bag | a soft lens cloth | taking portraits; saving memories; watching birds | takes blurry pictures | hold it still and clean the lens | a bright lens
telescope | telescopes | long and precise | in a dry corner | a soft lens cloth | watching the moon; finding planets; spotting ships | shows a blurry moon | let it cool down outside | a steady stand
globe | globes | round and blue | on the bookshelf | a dry soft cloth | learning countries; planning journeys; decorating a desk | spins badly | oil the axis | a clear and recent map
notebook | notebooks | thin and neat | in the top drawer | a dry eraser | writing lists; keeping a diary; sketching ideas | loses pages | glue the spine | thick smooth paper
fountain pen | fountain pens | slim and elegant | in a cup with the tip up | lukewarm water | writing letters; signing cards; drawing maps | scratches the paper | rinse the nib | a nib that glides
pencil case | pencil cases | long and colourful | in the school bag | warm water and mild soap | carrying pens; storing brushes; keeping coins | has a stuck zip | rub the zip with a candle | a zip that runs smoothly
bookshelf | bookshelves | tall and patient | against a dry wall | a dry soft cloth | storing books; showing photos; holding plants | leans forward | fix it to the wall | thick boards
guitar | guitars | curved and warm | on a stand away from the heater | a dry soft cloth | playing songs; learning chords; camp fires | sounds out of tune | tune each string slowly | a straight neck
piano | pianos | large and elegant | against an inner wall | a barely damp cloth | playing songs; learning scales; family evenings | sounds out of tune | call a tuner in autumn | keys that move evenly
violin | violins | small and elegant | in its case | a dry soft cloth | playing in an orchestra; practising scales; slow songs | squeaks | use less pressure and more rosin | a clear warm tone
drum | drums | round and loud | in the music room | a dry soft cloth | keeping time; leading parades; letting off steam | sounds dull | tighten the skin evenly | a firm wooden rim
kite | kites | light and bright | rolled up in a tube | a damp cloth | windy afternoons; beach days; learning about wind | dives to the ground | lengthen the tail | a strong light frame
chess set | chess sets | neat and classic | on a side table | a dry soft brush | quiet evenings; training the mind; teaching children | lost a pawn | use a coin until you find it | pieces with heavy bases
tent | tents | light and cosy | dry and rolled in a bag | lukewarm water and a sponge | camping trips; garden parties; waiting out the rain | drips inside | wax the seams | strong pegs
sleeping bag | sleeping bags | soft and warm | hung loosely in a wardrobe | lukewarm water and mild soap | camping trips; sleeping at a friend's place; cold nights | feels cold | shake it out before you sleep | a hood that closes
"""


def parse(line: str) -> Thing:
	cells = [cell.strip() for cell in line.split('|')]
	uses = tuple(use.strip() for use in cells[5].split(';'))
	assert len(cells) == 9 and len(uses) == 3, line
	return Thing(*cells[:5], uses, *cells[6:])


THINGS = [parse(line) for line in TABLE.strip().splitlines()]
