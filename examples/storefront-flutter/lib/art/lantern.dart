import 'drawing.dart';

/// Lantern, as a print in flat inks.
const lantern = Drawing(
  plate: 0xff1d4350,
  shapes: [
    (Ink.halo, 'M50 212a150 150 0 1 0 300 0a150 150 0 1 0 -300 0z'),
    (Ink.halo, 'M96 212a104 104 0 1 0 208 0a104 104 0 1 0 -208 0z'),
    (Ink.lineInk, 'M128 196C120 76 280 76 272 196'),
    (Ink.brassDeep, 'M176 96h48l8 22h-64z'),
    (Ink.brass, 'M158 118h84l14 26H144z'),
    (Ink.glass, 'M154 144h92c22 34 22 88 0 122h-92c-22-34-22-88 0-122z'),
    (
      Ink.flame,
      'M200 166c26 32 30 50 26 66a27 27 0 0 1-52 0c-4-16 6-26 12-36 4 8 8'
          ' 10 10 10 4-10 2-26 4-40z',
    ),
    (
      Ink.flameCore,
      'M201 214c10 12 12 20 9 27a11 11 0 0 1-20 0c-2-9 7-15 11-27z',
    ),
    (
      Ink.lineBrass,
      'M158 144c-18 40-18 82 0 122M242 144c18 40 18 82 0 122M144 '
          '190h112M146 236h108',
    ),
    (Ink.brass, 'M150 266h100l12 22H138z'),
    (Ink.brassDeep, 'M138 288h124v34a14 14 0 0 1-14 14h-96a14 14 0 0 1-14-14z'),
    (Ink.shine, 'M156 300h10v24h-10zM164 122h8l-6 16h-10z'),
    (Ink.brass, 'M253 300a9 9 0 1 0 18 0a9 9 0 1 0 -18 0z'),
    (Ink.ink, 'M124 336h152a4 4 0 0 1 0 8h-152a4 4 0 0 1 0 -8z'),
  ],
);
