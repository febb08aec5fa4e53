import 'dart:io';
import 'dart:ui' as ui;

import 'package:flutter/rendering.dart';
import 'package:flutter/services.dart';
import 'package:flutter_test/flutter_test.dart';

/// Where pictures go; without it none is made.
final String? _folder = Platform.environment['FLUTTER_PICTURES'];

const _fonts = '/usr/share/fonts/truetype';
const _roboto = '$_fonts/roboto/unhinted/RobotoTTF';

/// Tests draw boxes for letters unless they are given real ones.
Future<void> loadFonts() async {
  Future<void> load(String family, List<String> paths) async {
    final loader = FontLoader(family);
    final files = paths.map(File.new).where((file) => file.existsSync());
    for (final file in files) {
      loader.addFont(file.readAsBytes().then(ByteData.sublistView));
    }
    if (files.isNotEmpty) await loader.load();
  }

  await load('Roboto', [
    for (final weight in ['Regular', 'Medium', 'Bold', 'Black'])
      '$_roboto/Roboto-$weight.ttf',
  ]);
  await load('Noto Sans Arabic', [
    for (final weight in ['Regular', 'Medium', 'Bold', 'Black'])
      '$_fonts/noto/NotoSansArabic-$weight.ttf',
  ]);
}

/// Draws what [boundary] shows now into `NAME.png`.
Future<void> takePicture(
  WidgetTester tester,
  Finder boundary,
  String name,
) async {
  final folder = _folder;
  if (folder == null) return;
  final drawn = tester.renderObject<RenderRepaintBoundary>(boundary);
  await tester.runAsync(() async {
    final image = await drawn.toImage();
    final bytes = await image.toByteData(format: ui.ImageByteFormat.png);
    final file = File('$folder/$name.png');
    await file.parent.create(recursive: true);
    await file.writeAsBytes(Uint8List.sublistView(bytes!));
    image.dispose();
  });
}
