import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';

import 'support/app.dart';

void main() {
  useRealNetwork();
  late Doorstep server;
  setUpAll(
    () async => server = await Doorstep.start({
      'DOORSTEP_LIMITS_MAIL_PER_ADDRESS': '1000 in 1h',
    }),
  );
  tearDownAll(() => server.stop());

  Future<void> meetsGuidelines(WidgetTester tester) async {
    await expectLater(tester, meetsGuideline(androidTapTargetGuideline));
    await expectLater(tester, meetsGuideline(labeledTapTargetGuideline));
    await expectLater(tester, meetsGuideline(textContrastGuideline));
  }

  for (final brightness in Brightness.values) {
    networkTest('forms are big, labelled and legible, ${brightness.name}', (
      tester,
    ) async {
      final semantics = tester.ensureSemantics();
      final client = clientOf(tester, server.url);
      await tester.pumpWidget(
        appOf(
          client,
          const Column(children: [SignUpForm(), LoginForm()]),
          brightness: brightness,
        ),
      );
      await meetsGuidelines(tester);
      await tester.tap(find.text('Create account'));
      await tester.waitFor(find.text('This field is required'));
      await meetsGuidelines(tester);
      semantics.dispose();
    });
  }

  networkTest('the account page is big, labelled and legible', (tester) async {
    tester.view.physicalSize = const Size(1200, 6000);
    addTearDown(tester.view.reset);
    final semantics = tester.ensureSemantics();
    final client = clientOf(tester, server.url);
    await tester.real(() => signUp(client, freshEmail()));
    await tester.real(
      () => client.addresses.add(
        const AddressInput(
          name: 'Grace Darling',
          line1: 'Longstone 1',
          city: 'Bamburgh',
          country: 'GB',
        ),
      ),
    );
    await tester.pumpWidget(
      appOf(client, const SizedBox(height: 1900, child: AccountPage())),
    );
    await tester.waitFor(find.text('Longstone 1'));
    await tester.waitFor(find.text('This device'));
    await meetsGuidelines(tester);
    expect(find.bySemanticsLabel('Edit Longstone 1'), findsOneWidget);
    semantics.dispose();
  });

  for (final locale in DoorstepLocalizations.supportedLocales) {
    networkTest('text of 200 % fits a small phone, $locale', (tester) async {
      tester.view
        ..physicalSize = const Size(320, 568)
        ..devicePixelRatio = 1;
      tester.platformDispatcher.textScaleFactorTestValue = 2;
      addTearDown(tester.view.reset);
      addTearDown(tester.platformDispatcher.clearAllTestValues);
      final client = clientOf(tester, server.url);
      await tester.real(() => signUp(client, freshEmail()));
      await tester.pumpWidget(
        appOf(
          client,
          const Column(
            children: [
              SignUpForm(),
              LoginForm(),
              SizedBox(height: 5000, child: AccountPage()),
            ],
          ),
          locale: locale,
        ),
      );
      await tester.pump();
      final button = find.byType(FilledButton).first;
      await tester.ensureVisible(button);
      await tester.tap(button);
      await tester.waitUntil(
        () => tester
            .widgetList<TextField>(find.byType(TextField))
            .any((field) => field.decoration!.errorText != null),
      );
      // An overflow would be an exception by now.
      expect(tester.takeException(), isNull);
    });
  }

  /// Recovery after a code that is none: nothing else has that much to say.
  Future<void> showRecovery(
    WidgetTester tester, {
    Brightness brightness = Brightness.light,
    Locale locale = const Locale('en'),
  }) async {
    await tester.pumpWidget(
      appOf(
        clientOf(tester, server.url),
        const RecoveryForm(email: 'nobody@example.com'),
        brightness: brightness,
        locale: locale,
      ),
    );
    Future<void> press() async {
      await tester.ensureVisible(find.byType(FilledButton));
      await tester.pumpAndSettle();
      await tester.tap(find.byType(FilledButton));
    }

    await press();
    await tester.waitFor(find.byType(ResendButton));
    await tester.enterText(find.byType(TextField).at(1), '12345678');
    await tester.enterText(find.byType(TextField).at(2), goodPassword);
    // One of so many tries is the last, in this test or in one before.
    for (
      var tries = 0;
      tries < 5 && find.byType(FailureText).evaluate().isEmpty;
      tries++
    ) {
      await press();
      await tester.real(
        () => Future<void>.delayed(const Duration(milliseconds: 500)),
      );
      await tester.pumpAndSettle();
    }
    await tester.waitFor(find.byType(FailureText));
    // Buttons change their colours in a while.
    await tester.pumpAndSettle();
  }

  for (final brightness in Brightness.values) {
    networkTest('recovery is big, labelled and legible, ${brightness.name}', (
      tester,
    ) async {
      final semantics = tester.ensureSemantics();
      await showRecovery(tester, brightness: brightness);
      await meetsGuidelines(tester);
      semantics.dispose();
    });
  }

  for (final locale in DoorstepLocalizations.supportedLocales) {
    networkTest('recovery of 200 % fits a small phone, $locale', (
      tester,
    ) async {
      tester.view
        ..physicalSize = const Size(320, 568)
        ..devicePixelRatio = 1;
      tester.platformDispatcher.textScaleFactorTestValue = 2;
      addTearDown(tester.view.reset);
      addTearDown(tester.platformDispatcher.clearAllTestValues);
      await showRecovery(tester, locale: locale);
      expect(tester.takeException(), isNull);
    });
  }

  /// A login by mail after a code that is none.
  Future<void> showLoginCode(
    WidgetTester tester, {
    Brightness brightness = Brightness.light,
    Locale locale = const Locale('en'),
  }) async {
    await tester.pumpWidget(
      appOf(
        clientOf(tester, server.url),
        LoginCodeForm(email: 'nobody@example.com', onUsePassword: (_) {}),
        brightness: brightness,
        locale: locale,
      ),
    );
    Future<void> press() async {
      await tester.ensureVisible(find.byType(FilledButton));
      await tester.pump();
      await tester.tap(find.byType(FilledButton));
    }

    await press();
    await tester.waitFor(find.byType(LoginNumber));
    await tester.enterText(find.byType(TextField).at(1), '12345678');
    await press();
    // Of the code, or of the form where it was the last try.
    await tester.waitUntil(
      () =>
          find.byType(FailureText).evaluate().isNotEmpty ||
          tester
              .widgetList<TextField>(find.byType(TextField))
              .any((field) => field.decoration!.errorText != null),
    );
    // Buttons change their colours in a while.
    await tester.pump(const Duration(seconds: 1));
  }

  for (final brightness in Brightness.values) {
    networkTest('a login by mail is big and legible, ${brightness.name}', (
      tester,
    ) async {
      final semantics = tester.ensureSemantics();
      await showLoginCode(tester, brightness: brightness);
      await meetsGuidelines(tester);
      final number = tester
          .widget<LoginNumber>(find.byType(LoginNumber))
          .number;
      expect(find.bySemanticsLabel(RegExp('Number $number')), findsOneWidget);
      semantics.dispose();
    });
  }

  for (final locale in DoorstepLocalizations.supportedLocales) {
    networkTest('a login by mail of 200 % fits a small phone, $locale', (
      tester,
    ) async {
      tester.view
        ..physicalSize = const Size(320, 568)
        ..devicePixelRatio = 1;
      tester.platformDispatcher.textScaleFactorTestValue = 2;
      addTearDown(tester.view.reset);
      addTearDown(tester.platformDispatcher.clearAllTestValues);
      await showLoginCode(tester, locale: locale);
      expect(tester.takeException(), isNull);
    });

    networkTest('a change of address of 200 % fits too, $locale', (
      tester,
    ) async {
      tester.view
        ..physicalSize = const Size(320, 568)
        ..devicePixelRatio = 1;
      tester.platformDispatcher.textScaleFactorTestValue = 2;
      addTearDown(tester.view.reset);
      addTearDown(tester.platformDispatcher.clearAllTestValues);
      final client = clientOf(tester, server.url);
      final customer = await tester.real(() => signUp(client, freshEmail()));
      await tester.pumpWidget(
        appOf(
          client,
          Column(
            children: [
              EmailSection(customer: customer),
              const ActivitySection(),
            ],
          ),
          locale: locale,
        ),
      );
      await tester.waitFor(find.byType(FilledButton));
      await tester.waitFor(find.textContaining('127.0.0.1'));
      await tester.enterText(find.byType(TextField).first, freshEmail());
      await tester.enterText(find.byType(TextField).last, goodPassword);
      await tester.ensureVisible(find.byType(FilledButton));
      await tester.pumpAndSettle();
      await tester.tap(find.byType(FilledButton));
      await tester.waitFor(find.byType(ResendButton));
      expect(tester.takeException(), isNull);
    });
  }

  networkTest('what is said about each mail is announced once', (tester) async {
    tester.platformDispatcher.accessibilityFeaturesTestValue =
        const FakeAccessibilityFeatures(supportsAnnounce: true);
    addTearDown(tester.platformDispatcher.clearAllTestValues);
    final client = clientOf(tester, server.url);
    await tester.pumpWidget(
      appOf(
        client,
        const RecoveryForm(
          email: 'nobody@example.com',
          resendAfter: Duration(seconds: 1),
        ),
      ),
    );
    for (final button in ['Send me a code', 'Send another mail']) {
      await tester.waitFor(find.text(button));
      await tester.click(button);
      await tester.waitFor(find.textContaining('Send another mail in'));
      await tester.waitFor(find.text('Send another mail'));
      expect(tester.takeAnnouncements().map((said) => said.message), [
        contains('If this address has an account'),
      ]);
    }
  });

  networkTest('a refusal is announced where the platform wants that', (
    tester,
  ) async {
    tester.platformDispatcher.accessibilityFeaturesTestValue =
        const FakeAccessibilityFeatures(supportsAnnounce: true);
    addTearDown(tester.platformDispatcher.clearAllTestValues);
    final client = clientOf(tester, server.url);
    await tester.pumpWidget(appOf(client, const LoginForm()));
    await tester.type('E-mail', 'nobody@example.com');
    await tester.type('Password', 'whatever it is');
    await tester.click('Log in');
    await tester.waitFor(find.text('E-mail or password is wrong'));
    expect(
      tester.takeAnnouncements().map((said) => said.message),
      contains('E-mail or password is wrong'),
    );
  });

  networkTest('what appears is announced there, each text once', (
    tester,
  ) async {
    tester.platformDispatcher.accessibilityFeaturesTestValue =
        const FakeAccessibilityFeatures(supportsAnnounce: true);
    addTearDown(tester.platformDispatcher.clearAllTestValues);
    final own = (await tester.runAsync(Doorstep.start))!;
    addTearDown(own.stop);
    final client = clientOf(tester, own.url);
    await tester.pumpWidget(
      appOf(
        client,
        AccountGate(
          builder: (_, customer) => Column(
            children: [
              ProfileSection(customer: customer),
              const LogOutButton(),
            ],
          ),
        ),
      ),
    );
    await tester.real(() => signUp(client, freshEmail()));
    await tester.pump();
    tester.takeAnnouncements();
    await tester.type('Name', 'Grace Horsley Darling');
    await tester.click('Save');
    await tester.waitFor(find.text('Your profile is saved.'));
    await tester.pump();
    expect(tester.takeAnnouncements().map((said) => said.message), [
      'Your profile is saved.',
    ]);
    await tester.runAsync(own.pause);
    await tester.click('Log out');
    await tester.waitFor(find.textContaining('cannot be reached'));
    await tester.pump();
    expect(tester.takeAnnouncements().map((said) => said.message), [
      contains('cannot be reached'),
    ]);
  });

  networkTest('elsewhere it is a live region', (tester) async {
    tester.platformDispatcher.accessibilityFeaturesTestValue =
        const FakeAccessibilityFeatures(supportsAnnounce: false);
    addTearDown(tester.platformDispatcher.clearAllTestValues);
    final semantics = tester.ensureSemantics();
    final client = clientOf(tester, server.url);
    await tester.pumpWidget(appOf(client, const LoginForm()));
    await tester.type('E-mail', 'nobody@example.com');
    await tester.type('Password', 'whatever it is');
    await tester.click('Log in');
    final said = find.text('E-mail or password is wrong');
    await tester.waitFor(said);
    expect(
      tester.getSemantics(said),
      matchesSemantics(
        label: 'E-mail or password is wrong',
        isLiveRegion: true,
      ),
    );
    expect(tester.takeAnnouncements(), isEmpty);
    semantics.dispose();
  });

  networkTest('Arabic is read from the right, addresses from the left', (
    tester,
  ) async {
    final client = clientOf(tester, server.url);
    await tester.pumpWidget(
      appOf(client, const SignUpForm(), locale: const Locale('ar')),
    );
    final email = find.widgetWithText(TextField, 'البريد الإلكتروني');
    expect(Directionality.of(tester.element(email)), TextDirection.rtl);
    expect(tester.widget<TextField>(email).textDirection, TextDirection.ltr);
    await tester.tap(find.text('إنشاء حساب'));
    await tester.waitFor(find.text('هذا الحقل مطلوب.'));
  });

  networkTest('password managers are told what each field is', (tester) async {
    final client = clientOf(tester, server.url);
    final email = freshEmail();
    await tester.pumpWidget(appOf(client, const SignUpForm()));
    final fields = tester.widgetList<TextField>(find.byType(TextField));
    expect(fields.map((field) => field.autofillHints!.first), [
      AutofillHints.name,
      AutofillHints.username,
      AutofillHints.newPassword,
    ]);
    await tester.fillSignUp(email);
    await tester.click('Create account');
    await tester.waitUntil(() => client.session.value is SignedIn);
    await tester.pump();
    expect(
      tester.testTextInput.log.map((call) => call.method),
      contains('TextInput.finishAutofillContext'),
    );
  });
}
