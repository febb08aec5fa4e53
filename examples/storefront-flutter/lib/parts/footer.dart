import 'package:flutter/material.dart';

import '../settings.dart';
import '../texts.dart';

/// What the shop is, and the choice of language and light.
class Footer extends StatelessWidget {
  const Footer({super.key});

  @override
  Widget build(BuildContext context) {
    final texts = ShopTexts.of(context);
    final theme = Theme.of(context);
    final isNight = theme.brightness == Brightness.dark;
    final shop = Shop.of(context);
    final style = TextButton.styleFrom(minimumSize: const Size(48, 48));
    return Padding(
      padding: const EdgeInsets.all(20),
      child: Column(
        crossAxisAlignment: CrossAxisAlignment.stretch,
        children: [
          const Divider(height: 40),
          Text(texts.about, style: theme.textTheme.bodySmall),
          Wrap(
            children: [
              TextButton(
                style: style,
                onPressed: () => shop.change(
                  Settings(
                    locale: Locale(texts == ShopTexts.arabic ? 'en' : 'ar'),
                    themeMode: shop.settings.themeMode,
                  ),
                ),
                child: Text(texts.otherLanguage),
              ),
              TextButton(
                style: style,
                onPressed: () => shop.change(
                  Settings(
                    locale: shop.settings.locale,
                    themeMode: isNight ? ThemeMode.light : ThemeMode.dark,
                  ),
                ),
                child: Text(isNight ? texts.light : texts.dark),
              ),
            ],
          ),
        ],
      ),
    );
  }
}
