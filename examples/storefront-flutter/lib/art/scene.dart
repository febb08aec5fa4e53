import 'scene_ink.dart';

/// The shapes of the lighthouse in the rain, back to front.
const sceneShapes = [
  (SceneInk.sky, 'M0 0h640v520h-640z'),
  (SceneInk.moon, 'M86 112a46 46 0 1 0 92 0a46 46 0 1 0 -92 0z'),
  (SceneInk.beam, 'M436 150L-60 40v150z'),
  (SceneInk.beam, 'M436 150L760 96v112z'),
  (
    SceneInk.rain,
    'M60 200l-14 34M140 250l-14 34M220 180l-14 34M300 270l-14 34M90 '
        '320l-14 34M190 340l-14 34M340 190l-14 34M530 220l-14 34M590 '
        '300l-14 34M560 110l-14 34M260 90l-14 34M340 60l-14 34M40 90l-14 '
        '34M610 180l-14 34',
  ),
  (
    SceneInk.cloud,
    'M20 92c10-34 58-36 72-10 22-18 58-4 58 20 24-6 40 8 38 '
        '24H8c-10-16-4-32 12-34z',
  ),
  (
    SceneInk.cloud,
    'M500 60c8-26 44-28 56-8 18-14 44-2 44 16 20-4 32 6 30 '
        '20H490c-6-14-2-26 10-28z',
  ),
  (
    SceneInk.rock,
    'M300 520c20-60 60-84 96-92 40-10 92-6 130 16 40 22 80 40 114 76z',
  ),
  (SceneInk.tower, 'M408 196h56l22 246H386z'),
  (SceneInk.stripe, 'M403 246h66l5 52h-76zM393 350h86l5 52h-96z'),
  (SceneInk.gallery, 'M396 186h80v12h-80z'),
  (SceneInk.lamp, 'M414 128h44v58h-44z'),
  (SceneInk.roof, 'M404 128l32-34 32 34z'),
  (SceneInk.bars, 'M429 128v58M443 128v58M400 186v-16h72v16'),
  (SceneInk.window, 'M428 262h16v22h-16zM428 366h16v22h-16z'),
  (
    SceneInk.waveBack,
    'M-40 440c40-30 80-30 120 0s80 30 120 0 80-30 120 0 80 30 120 0 '
        '80-30 120 0 80 30 120 0v120H-40z',
  ),
  (
    SceneInk.wave,
    'M-80 470c40-26 80-26 120 0s80 26 120 0 80-26 120 0 80 26 120 0 '
        '80-26 120 0 80 26 120 0 80-26 120 0v90H-80z',
  ),
  (
    SceneInk.waveFront,
    'M-40 498c40-18 80-18 120 0s80 18 120 0 80-18 120 0 80 18 120 0 '
        '80-18 120 0 80 18 120 0v60H-40z',
  ),
  (SceneInk.hull, 'M112 448h116l-18 30h-78z'),
  (SceneInk.sail, 'M166 346v92h-56zM174 366v72h44z'),
  (SceneInk.mast, 'M170 336v112'),
];
