import 'drawing.dart';

/// Book, as a print in flat inks.
const book = Drawing(
  plate: 0xffe3c88f,
  shapes: [
    (Ink.shade, 'M118 90h184l20 20v232H138z'),
    (Ink.cream, 'M110 84h186v246H110z'),
    (Ink.pageLines, 'M292 92v232M288 92v232M284 92v232'),
    (Ink.seaDeep, 'M98 72h176a8 8 0 0 1 8 8v236a8 8 0 0 1-8 8H98z'),
    (Ink.sea, 'M98 72h28v252H98z'),
    (Ink.cream, 'M152 108h104v62H152z'),
    (Ink.lineInkThin, 'M166 130h76M166 148h50'),
    (
      Ink.lineFoam,
      'M152 232c14-12 26-12 38 0s26 12 38 0 20-10 28-4M152 256c14-12 '
          '26-12 38 0s26 12 38 0 20-10 28-4M152 280c14-12 26-12 38 0s26 12 38'
          ' 0 20-10 28-4',
    ),
    (Ink.red, 'M228 324h16v46l-8-9-8 9z'),
    (Ink.brass, 'M318 110l14 4-46 206-14-4z'),
    (Ink.ink, 'M272 316l14 4-10 17z'),
    (Ink.red, 'M321 96l14 4-3 14-14-4z'),
  ],
);
