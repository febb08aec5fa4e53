import 'drawing.dart';

/// Mug, as a print in flat inks.
const mug = Drawing(
  plate: 0xffd98a5e,
  shapes: [
    (Ink.steam, 'M160 132c-18-22 18-32 0-58'),
    (Ink.steam, 'M200 126c-18-24 18-38 0-66'),
    (Ink.steam, 'M240 132c-18-22 18-32 0-58'),
    (Ink.lineHandle, 'M276 196c60-14 76 92-2 96'),
    (Ink.cream, 'M120 160h160v148a28 28 0 0 1-28 28H148a28 28 0 0 1-28-28z'),
    (Ink.shade, 'M244 160h36v148a28 28 0 0 1-28 28h-22c10-8 14-20 14-34z'),
    (Ink.seaDeep, 'M116 160a84 15 0 1 0 168 0a84 15 0 1 0 -168 0z'),
    (Ink.tea, 'M128 161a72 10 0 1 0 144 0a72 10 0 1 0 -144 0z'),
    (
      Ink.lineSea,
      'M140 240c14-12 26-12 40 0s26 12 40 0 26-12 40 0M140 266c14-12 '
          '26-12 40 0s26 12 40 0 26-12 40 0',
    ),
    (Ink.seaDeep, 'M150 306l7 4-4 8-8-3zM258 190l6 2-1 8-7-3z'),
    (Ink.ink, 'M100 336h200a4 4 0 0 1 0 8h-200a4 4 0 0 1 0 -8z'),
  ],
);
