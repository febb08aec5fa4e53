import 'package:flutter/material.dart';

/// The smallest height of what is pressed: big enough for every finger.
const double targetSize = 48;

/// A style for every button of the kit: 48 dp also where the theme is compact.
final ButtonStyle buttonStyle = ButtonStyle(
  minimumSize: WidgetStateProperty.all(const Size(targetSize, targetSize)),
  tapTargetSize: MaterialTapTargetSize.padded,
  visualDensity: VisualDensity.standard,
);
