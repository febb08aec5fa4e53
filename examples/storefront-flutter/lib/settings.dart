import 'package:flutter/material.dart';

import 'shop/basket.dart';

/// What a visitor can choose; null is what the device says.
@immutable
class Settings {
  const Settings({this.locale, this.themeMode = ThemeMode.system});

  final Locale? locale;
  final ThemeMode themeMode;
}

/// Gives every page the basket and the settings.
class Shop extends InheritedNotifier<Basket> {
  const Shop({
    required Basket basket,
    required this.settings,
    required this.change,
    required super.child,
    super.key,
  }) : super(notifier: basket);

  final Settings settings;
  final ValueChanged<Settings> change;

  Basket get basket => notifier!;

  static Shop of(BuildContext context) =>
      context.dependOnInheritedWidgetOfExactType<Shop>()!;

  @override
  bool updateShouldNotify(Shop oldWidget) =>
      settings != oldWidget.settings || super.updateShouldNotify(oldWidget);
}
