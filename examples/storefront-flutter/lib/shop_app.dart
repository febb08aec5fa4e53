import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';
import 'package:flutter_localizations/flutter_localizations.dart';

import 'routes.dart';
import 'settings.dart';
import 'shop/basket.dart';
import 'theme.dart';

/// Gale & Kettle: the shop of the React example, as an app.
class ShopApp extends StatefulWidget {
  const ShopApp({
    this.settings = const Settings(),
    this.initialRoute = '/',
    super.key,
  });

  /// What the app begins with.
  final Settings settings;
  final String initialRoute;

  @override
  State<ShopApp> createState() => _ShopAppState();
}

class _ShopAppState extends State<ShopApp> {
  final Basket _basket = Basket();
  late Settings _settings = widget.settings;

  @override
  void dispose() {
    _basket.dispose();
    super.dispose();
  }

  @override
  Widget build(BuildContext context) => Shop(
    basket: _basket,
    settings: _settings,
    change: (settings) => setState(() => _settings = settings),
    child: MaterialApp(
      title: 'Gale & Kettle',
      debugShowCheckedModeBanner: false,
      theme: shopTheme(Brightness.light),
      darkTheme: shopTheme(Brightness.dark),
      themeMode: _settings.themeMode,
      locale: _settings.locale,
      supportedLocales: const [Locale('en'), Locale('ar')],
      localizationsDelegates: const [
        DoorstepLocalizations.delegate,
        ...GlobalMaterialLocalizations.delegates,
      ],
      initialRoute: widget.initialRoute,
      onGenerateRoute: shopRoute,
    ),
  );
}
