import 'package:flutter/foundation.dart';
import 'package:flutter/widgets.dart';

import 'texts.dart';
import 'texts_ar.dart';
import 'texts_de.dart';
import 'texts_en.dart';
import 'texts_es.dart';
import 'texts_fr.dart';

const _languages = <DoorstepTexts>[
  DoorstepTextsEn(),
  DoorstepTextsDe(),
  DoorstepTextsFr(),
  DoorstepTextsEs(),
  DoorstepTextsAr(),
];

/// The kit's texts in the language of the app.
///
/// The app lists its languages in `MaterialApp.supportedLocales`, with the
/// delegates of `flutter_localizations`; the kit follows without a delegate of
/// its own. Give one only to bring another language, or other words: a
/// `LocalizationsDelegate<DoorstepTexts>`.
abstract final class DoorstepLocalizations {
  /// The languages that the kit speaks.
  static final List<Locale> supportedLocales = [
    for (final texts in _languages) Locale(texts.languageCode),
  ];

  /// For apps that like to name every delegate.
  static const LocalizationsDelegate<DoorstepTexts> delegate = _Delegate();

  /// The texts for [context]; English where the kit lacks the language.
  static DoorstepTexts of(BuildContext context) =>
      Localizations.of<DoorstepTexts>(context, DoorstepTexts) ??
      forLocale(Localizations.maybeLocaleOf(context));

  /// The texts for [locale].
  static DoorstepTexts forLocale(Locale? locale) => _languages.firstWhere(
    (texts) => texts.languageCode == locale?.languageCode,
    orElse: () => _languages.first,
  );
}

class _Delegate extends LocalizationsDelegate<DoorstepTexts> {
  const _Delegate();

  @override
  bool isSupported(Locale locale) =>
      _languages.any((texts) => texts.languageCode == locale.languageCode);

  @override
  Future<DoorstepTexts> load(Locale locale) =>
      SynchronousFuture(DoorstepLocalizations.forLocale(locale));

  @override
  bool shouldReload(_Delegate old) => false;
}
