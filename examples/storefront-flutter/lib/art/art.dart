import 'package:flutter/material.dart';

import 'blanket.dart';
import 'book.dart';
import 'cap.dart';
import 'drawing.dart';
import 'hat.dart';
import 'lantern.dart';
import 'mug.dart';
import 'scene.dart';
import 'svg_path.dart';

/// A drawing on its plate. Its name stands beside it, so a screen reader leaves
/// it out.
class Art extends StatelessWidget {
  const Art(this.name, {super.key});

  final String name;

  static const _drawings = {
    'lantern': lantern,
    'cap': cap,
    'mug': mug,
    'blanket': blanket,
    'hat': hat,
    'book': book,
  };

  @override
  Widget build(BuildContext context) => ExcludeSemantics(
    child: AspectRatio(
      aspectRatio: 1,
      child: ClipRRect(
        borderRadius: BorderRadius.circular(6),
        child: CustomPaint(painter: _ArtPainter(_drawings[name]!)),
      ),
    ),
  );
}

class _ArtPainter extends CustomPainter {
  _ArtPainter(this.drawing);

  final Drawing drawing;

  @override
  void paint(Canvas canvas, Size size) {
    canvas
      ..drawColor(Color(drawing.plate), BlendMode.src)
      ..scale(size.width / 400);
    for (final (ink, path) in drawing.shapes) {
      canvas.drawPath(svgPath(path), _paint(ink.color, ink.width));
    }
  }

  @override
  bool shouldRepaint(_ArtPainter old) => old.drawing != drawing;
}

Paint _paint(int color, double? width) => Paint()
  ..color = Color(color)
  ..style = width == null ? PaintingStyle.fill : PaintingStyle.stroke
  ..strokeWidth = width ?? 0
  ..strokeCap = StrokeCap.round
  ..strokeJoin = StrokeJoin.round;

/// A lighthouse in the rain.
class HeroScene extends StatelessWidget {
  const HeroScene({super.key});

  @override
  Widget build(BuildContext context) => ExcludeSemantics(
    child: AspectRatio(
      aspectRatio: 640 / 520,
      child: ClipRRect(
        borderRadius: BorderRadius.circular(8),
        child: CustomPaint(
          painter: _ScenePainter(
            isNight: Theme.of(context).brightness == Brightness.dark,
          ),
        ),
      ),
    ),
  );
}

class _ScenePainter extends CustomPainter {
  _ScenePainter({required this.isNight});

  final bool isNight;

  @override
  void paint(Canvas canvas, Size size) {
    canvas.scale(size.width / 640);
    for (final (ink, path) in sceneShapes) {
      final color = isNight ? ink.night : ink.day;
      canvas.drawPath(svgPath(path), _paint(color, ink.width));
    }
  }

  @override
  bool shouldRepaint(_ScenePainter old) => old.isNight != isNight;
}
