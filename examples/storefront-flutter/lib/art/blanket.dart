import 'drawing.dart';

/// Blanket, as a print in flat inks.
const blanket = Drawing(
  plate: 0xff94b3b3,
  shapes: [
    (
      Ink.lineCream,
      'M84 74v-14M84 326v16M98.5 74v-14M98.5 326v16M113 74v-14M113 '
          '326v16M127.5 74v-14M127.5 326v16M142 74v-14M142 326v16M156.5 '
          '74v-14M156.5 326v16M171 74v-14M171 326v16M185.5 74v-14M185.5 '
          '326v16M200 74v-14M200 326v16M214.5 74v-14M214.5 326v16M229 '
          '74v-14M229 326v16M243.5 74v-14M243.5 326v16M258 74v-14M258 '
          '326v16M272.5 74v-14M272.5 326v16M287 74v-14M287 326v16M301.5 '
          '74v-14M301.5 326v16M316 74v-14M316 326v16',
    ),
    (Ink.cream, 'M76 72h248v256h-248z'),
    (Ink.red, 'M76 72h124v128H76z'),
    (Ink.cream, 'M107 104h62v64h-62z'),
    (Ink.sea, 'M200 72h124v128z'),
    (Ink.brass, 'M200 72v128h124z'),
    (Ink.sea, 'M76 200h124v128H76z'),
    (Ink.cream, 'M76 252h124v24H76zM126 200h24v128h-24z'),
    (Ink.red, 'M200 200l124 128H200z'),
    (Ink.ink, 'M200 200h124v128z'),
    (
      Ink.weave,
      'M76 88h248M76 120h248M76 152h248M76 184h248M76 216h248M76 '
          '248h248M76 280h248M76 312h248',
    ),
    (Ink.shade, 'M268 72h56v256h-40c-22-84-22-170-16-256z'),
  ],
);
