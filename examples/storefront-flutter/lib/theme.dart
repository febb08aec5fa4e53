import 'package:flutter/material.dart';

/// The colours of the shop, by day and by night.
ThemeData shopTheme(Brightness brightness) {
  final isNight = brightness == Brightness.dark;
  Color pick(int day, int night) => Color(isNight ? night : day);
  final paper = pick(0xfff3ede0, 0xff0d1920);
  final ink = pick(0xff14303a, 0xfff0e9da);
  final line = pick(0xff7d8a88, 0xff6f868d);
  final scheme = ColorScheme(
    brightness: brightness,
    primary: pick(0xffb23a15, 0xffff9a70),
    onPrimary: pick(0xfffff8ee, 0xff2a0d02),
    secondary: pick(0xff1d6350, 0xff8fd6bb),
    onSecondary: pick(0xfffff8ee, 0xff0d1920),
    error: pick(0xff9c2a08, 0xffffab8a),
    onError: pick(0xfffff8ee, 0xff2a0d02),
    surface: paper,
    onSurface: ink,
    onSurfaceVariant: pick(0xff4b6068, 0xffa9b8ba),
    surfaceContainerLow: pick(0xfffbf8f0, 0xff14252e),
    tertiaryContainer: pick(0xfff8e3d8, 0xff3b2017),
    onTertiaryContainer: ink,
    outline: line,
    outlineVariant: pick(0xffd5cbb6, 0xff2a3f49),
  );
  final base = ThemeData(
    colorScheme: scheme,
    scaffoldBackgroundColor: paper,
    splashFactory: InkRipple.splashFactory,
    fontFamilyFallback: const ['Noto Sans Arabic'],
  );
  return base.copyWith(
    inputDecorationTheme: InputDecorationTheme(
      filled: true,
      fillColor: pick(0xfffffdf7, 0xff0f1f27),
      border: OutlineInputBorder(
        borderRadius: BorderRadius.circular(5),
        borderSide: BorderSide(color: line),
      ),
    ),
    filledButtonTheme: FilledButtonThemeData(
      style: FilledButton.styleFrom(shape: _corners),
    ),
    outlinedButtonTheme: OutlinedButtonThemeData(
      style: OutlinedButton.styleFrom(shape: _corners, foregroundColor: ink),
    ),
  );
}

final _corners = RoundedRectangleBorder(borderRadius: BorderRadius.circular(5));
