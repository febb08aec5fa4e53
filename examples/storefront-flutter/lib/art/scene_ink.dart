/// The inks of the lighthouse by day and by night; a line where there is a width.
enum SceneInk {
  sky(0xff8fb3b5, 0xff16313d),
  moon(0xfff3e3b4, 0xfff3e3b4),
  cloud(0xffdfe6dd, 0xff2b4854),
  beam(0x80fff2c2, 0x52fff2c2),
  rain(0xbfe9f1ec, 0xbf86a5ab, 4),
  rock(0xff2b3f45, 0xff0a1419),
  tower(0xfff7f0e0, 0xffd8d0be),
  sail(0xfff7f0e0, 0xffd8d0be),
  stripe(0xffc4441f, 0xffc4441f),
  roof(0xffc4441f, 0xffc4441f),
  hull(0xffc4441f, 0xffc4441f),
  gallery(0xff14303a, 0xff14303a),
  window(0xff14303a, 0xff14303a),
  lamp(0xffffe08a, 0xffffe08a),
  bars(0xff14303a, 0xff14303a, 5),
  mast(0xff14303a, 0xff14303a, 5),
  waveBack(0xff4d8790, 0xff27545f),
  wave(0xff2c6672, 0xff1a3f4a),
  waveFront(0xff194a57, 0xff112b34);

  const SceneInk(this.day, this.night, [this.width]);

  final int day;
  final int night;
  final double? width;
}
