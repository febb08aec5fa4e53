import 'dart:ui';

/// Reads the path language of SVG, as far as the drawings speak it: moves,
/// lines, cubic curves, arcs.
Path svgPath(String text) => _Reader(text).read();

class _Reader {
  _Reader(String text)
    : _tokens = [for (final match in _token.allMatches(text)) match[0]!];

  static final _token = RegExp(r'[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)');

  final List<String> _tokens;
  final Path _path = Path();
  int _at = 0;
  Offset _pen = Offset.zero;
  Offset _start = Offset.zero;
  Offset _control = Offset.zero;

  Path read() {
    var command = 'M';
    while (_at < _tokens.length) {
      if (_tokens[_at].contains(RegExp('[A-Za-z]'))) command = _tokens[_at++];
      _draw(command);
      // Further numbers after a move are lines.
      if (command == 'M') command = 'L';
      if (command == 'm') command = 'l';
    }
    return _path;
  }

  void _draw(String command) {
    final isRelative = command == command.toLowerCase();
    final from = isRelative ? _pen : Offset.zero;
    switch (command.toLowerCase()) {
      case 'm':
        _start = _moveTo(_point(from));
        _path.moveTo(_pen.dx, _pen.dy);
      case 'l':
        _lineTo(_point(from));
      case 'h':
        _lineTo(Offset(_number() + from.dx, _pen.dy));
      case 'v':
        _lineTo(Offset(_pen.dx, _number() + from.dy));
      case 'c':
        _curveTo(_point(from), _point(from), _point(from));
      case 's':
        _curveTo(_pen * 2 - _control, _point(from), _point(from));
      case 'a':
        _arcTo(from);
      case 'z':
        _path.close();
        _moveTo(_start);
      default:
        throw FormatException('The drawings do not use "$command".');
    }
  }

  double _number() => double.parse(_tokens[_at++]);

  Offset _point(Offset from) => from + Offset(_number(), _number());

  Offset _moveTo(Offset to) => _control = _pen = to;

  void _lineTo(Offset to) {
    _path.lineTo(to.dx, to.dy);
    _moveTo(to);
  }

  void _curveTo(Offset first, Offset second, Offset to) {
    _path.cubicTo(first.dx, first.dy, second.dx, second.dy, to.dx, to.dy);
    _pen = to;
    _control = second;
  }

  void _arcTo(Offset from) {
    final radius = Radius.elliptical(_number(), _number());
    final rotation = _number();
    final isLarge = _number() == 1;
    final isClockwise = _number() == 1;
    final to = _point(from);
    _path.arcToPoint(
      to,
      radius: radius,
      rotation: rotation,
      largeArc: isLarge,
      clockwise: isClockwise,
    );
    _moveTo(to);
  }
}
