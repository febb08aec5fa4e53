import 'dart:convert';
import 'dart:io';

import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/widgets.dart';
import 'package:flutter_test/flutter_test.dart';

import '../tool/generate_texts.dart';

void main() {
  test('the generated texts are those of the ARB files', () {
    // The formatter moves spaces, and adds commas before closing brackets.
    String bare(String code) => code
        .replaceAll(RegExp(r'\s+'), '')
        .replaceAll(RegExp(r',(?=[)\]}])'), '');
    for (final MapEntry(key: name, value: code) in generateTexts().entries) {
      final written = File('lib/src/l10n/$name').readAsStringSync();
      expect(bare(written), bare(code), reason: 'tool/generate_texts.dart');
    }
  });

  test('every language has its own sentence for every error', () {
    final codes = [
      ErrorCode.emailTaken,
      ErrorCode.busy,
      ErrorCode.rateLimited,
      ErrorCode.invalidCredentials,
      FieldErrorCode.required,
      FieldErrorCode.passwordCommon,
      FieldErrorCode.codeWrong,
      ErrorCode.challengeSpent,
      ClientErrorCode.unreachable,
      ClientErrorCode.noAnswerInTime,
    ];
    final english = DoorstepLocalizations.forLocale(const Locale('en'));
    for (final locale in DoorstepLocalizations.supportedLocales.skip(1)) {
      final texts = DoorstepLocalizations.forLocale(locale);
      for (final code in codes) {
        expect(texts.error(code), isNotNull, reason: '$locale $code');
        expect(texts.error(code), isNot(english.error(code)));
      }
    }
  });

  test('no sentence was left in English', () {
    Map<String, Object?> read(String language) =>
        jsonDecode(File('lib/l10n/doorstep_$language.arb').readAsStringSync())
            as Map<String, Object?>;
    final english = read('en');
    for (final language in ['de', 'fr', 'es', 'ar']) {
      final table = read(language);
      final same = [
        for (final key in table.keys)
          if ('${table[key]}'.length > 12 && table[key] == english[key]) key,
      ];
      expect(same, isEmpty, reason: language);
    }
  });

  test('where the server says the same, it says it in the same words', () {
    const same = {
      'errorChallengeSpent': 'challenge_spent',
      'errorCodeWrong': 'code_wrong',
      'recoverySent': 'recovery_sent',
      'verificationSent': 'verification_sent',
      'passwordRecovered': 'password_recovered',
      'emailVerified': 'email_verified',
      'choosePassword': 'choose_password',
      'confirmEmail': 'confirm_email',
      'newPassword': 'label_new_password',
      'savePassword': 'save_password',
      'confirm': 'confirm',
      'signUpSent': 'signup_sent',
      'loginWaits': 'login_waits',
      'passwordOrNew': 'password_or_new',
      'emailChangeSent': 'email_change_sent',
      'emailChanged': 'email_changed',
      'wrongOrUnproven': 'wrong_or_unproven',
      'errorEmailUnchanged': 'email_unchanged',
    };
    const base = '../../../crates/base/src';
    final english = [
      for (final name in ['sentence', 'code'])
        File('$base/$name.rs').readAsStringSync(),
    ].join();
    for (final language in ['en', 'de', 'fr', 'es', 'ar']) {
      final server = language == 'en'
          ? english
          : File('$base/texts/$language.toml').readAsStringSync();
      final table =
          jsonDecode(File('lib/l10n/doorstep_$language.arb').readAsStringSync())
              as Map<String, Object?>;
      for (final MapEntry(:key, value: name) in same.entries) {
        final said = language == 'en'
            ? RegExp('= "$name"(?:, \\d+)?, "(.+?)"').firstMatch(server)
            : RegExp('^$name = "(.+)"', multiLine: true).firstMatch(server);
        // The server leaves out a last full stop.
        final text = '${table[key]}'.replaceFirst(RegExp(r'\.$'), '');
        expect(text, said?[1], reason: '$language $key');
      }
    }
  });

  test('an unknown language is English', () {
    final texts = DoorstepLocalizations.forLocale(const Locale('eo'));
    expect(texts.createAccount, 'Create account');
    expect(
      DoorstepLocalizations.delegate.isSupported(const Locale('eo')),
      isFalse,
    );
  });

  test(
    'the words of the app come first, then the language, then the server',
    () {
      final own = ErrorWords(
        DoorstepLocalizations.forLocale(const Locale('de')),
        const {'busy': 'Come back later'},
      );
      expect(own.sentence('busy', 'Busy'), 'Come back later');
      final german = ErrorWords(
        DoorstepLocalizations.forLocale(const Locale('de')),
      );
      expect(
        german.sentence('busy', 'Busy'),
        'Gerade melden sich zu viele Leute an.',
      );
      expect(german.sentence('brand_new', 'Something new'), 'Something new');
      expect(const ErrorWords().sentence('busy', 'Busy'), 'Busy');
      expect(
        const ErrorWords().sentence('busy', ''),
        contains('Too many people'),
      );
    },
  );

  test('in English what went well is said in the words of the server', () {
    const english = ErrorWords();
    expect(english.note('Done, Ada', 'Done.'), 'Done, Ada.');
    expect(english.note('', 'Done.'), 'Done.');
    final german = ErrorWords(
      DoorstepLocalizations.forLocale(const Locale('de')),
    );
    expect(german.note('Done, Ada', 'Fertig.'), 'Fertig.');
  });

  test('a pause that the server asks for is said', () {
    const error = DoorstepError(
      code: 'busy',
      message: 'Too many people are signing in right now',
      retryAfter: Duration(seconds: 3),
    );
    expect(
      const ErrorWords().failure(error),
      'Too many people are signing in right now. Try again in 3 s.',
    );
  });
}
