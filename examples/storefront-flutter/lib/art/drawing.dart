/// A print of flat inks on a coloured plate of 400 by 400.
class Drawing {
  /// The shapes stand back to front.
  const Drawing({required this.plate, required this.shapes});

  /// The colour behind everything.
  final int plate;

  /// Each shape in the path language of SVG, with its ink.
  final List<(Ink, String)> shapes;
}

/// The inks: a fill, or a line where there is a width. They stay the same by
/// day and by night.
enum Ink {
  ink(0xff14303a),
  cream(0xfff5eddc),
  brass(0xffe0a63a),
  brassDeep(0xffb87a1e),
  red(0xffc9482a),
  redDeep(0xff97301a),
  sea(0xff2f7f8c),
  seaDeep(0xff1c5563),
  tea(0xff7a3d1c),
  halo(0x29f6c75a),
  glass(0x8cffe9b0),
  flame(0xfff28c28),
  flameCore(0xfffff3c4),
  shine(0x47ffffff),
  shade(0x290d2028),
  lineInk(0xff14303a, 7),
  lineInkThin(0xff14303a, 5),
  lineBrass(0xffb87a1e, 5),
  lineBrassDeep(0xffb87a1e, 4),
  lineRed(0xffc9482a, 8),
  lineRedDeep(0xff97301a, 4),
  lineCream(0xfff5eddc, 4),
  lineSea(0xff2f7f8c, 7),
  lineFoam(0xff9fc9c8, 7),
  lineHandle(0xfff5eddc, 22),
  steam(0xb3fff4e2, 7),
  rain(0xbfcfe3e3, 5),
  weave(0x40ffffff, 1.5),
  pageLines(0xffb9ab8e, 1.5);

  const Ink(this.color, [this.width]);

  final int color;
  final double? width;
}
