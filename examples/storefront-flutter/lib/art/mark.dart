import 'package:flutter/material.dart';

import 'svg_path.dart';

/// The kettle in a disc.
class Mark extends StatelessWidget {
  const Mark({super.key});

  @override
  Widget build(BuildContext context) => const ExcludeSemantics(
    child: CustomPaint(size: Size.square(36), painter: _MarkPainter()),
  );
}

class _MarkPainter extends CustomPainter {
  const _MarkPainter();

  static const _shapes = [
    (0xff24505d, 'M1 24a23 23 0 1 0 46 0a23 23 0 1 0 -46 0z'),
    (
      0xfff3ede0,
      'M14 23c0-6 4-9 10-9s10 3 10 9v9a3 3 0 0 1-3 3H17a3 3 0 0 1-3-3z'
          'M34 22l6-4v5l-6 5zM21 14a3 3 0 0 1 6 0z',
    ),
    (
      0xffd3502a,
      'M14 26c3-2 5-2 7 0s5 2 7 0 4-2 6 0v4c-2-2-4-2-6 0s-5 2-7 0-4-2-7 0z',
    ),
  ];

  @override
  void paint(Canvas canvas, Size size) {
    canvas.scale(size.width / 48);
    for (final (color, path) in _shapes) {
      canvas.drawPath(svgPath(path), Paint()..color = Color(color));
    }
  }

  @override
  bool shouldRepaint(_MarkPainter old) => false;
}
