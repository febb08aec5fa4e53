import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:storefront_flutter/settings.dart';
import 'package:storefront_flutter/shop/products.dart';
import 'package:storefront_flutter/shop_app.dart';

import '../../../clients/dart/doorstep_flutter/test/support/app.dart';
import 'pictures.dart';

const _sizes = {'phone': Size(390, 844), 'desktop': Size(1280, 800)};
const _pages = {
  'home': '/',
  'product': '/product/storm-lantern',
  'basket': '/basket',
  'sign-up': '/signup',
  'sign-up-mail': '/signup',
  'login': '/login',
  'login-code': '/login/code',
  'recovery': '/recovery',
  'account': '/account',
  'lost': '/nowhere',
};

/// Every page, on a phone and a desktop, by day and by night, from the left and
/// from the right: it fits, and a picture of its whole length is made.
void main() {
  useRealNetwork();
  late Doorstep server;
  late MemoryStorage storage;
  setUpAll(() async {
    await loadFonts();
    // Each picture of a recovery asks for a mail to one address.
    server = await Doorstep.start({
      'DOORSTEP_LIMITS_MAIL_PER_ADDRESS': '1000 in 1h',
    });
    storage = MemoryStorage();
    final client = DoorstepClient(baseUrl: server.url, storage: storage);
    await signUp(client, 'grace@longstone.example');
    await client.addresses.add(
      const AddressInput(
        name: 'Grace Darling',
        line1: 'Longstone 1',
        city: 'Bamburgh',
        country: 'GB',
        defaultShipping: true,
      ),
    );
    client.close();
  });
  tearDownAll(() => server.stop());
  // This one wants the address proven first.
  late Doorstep strict;
  setUpAll(() async {
    strict = await Doorstep.start({'DOORSTEP_SIGNUP_VERIFICATION': 'before'});
  });
  tearDownAll(() => strict.stop());

  for (final size in _sizes.entries) {
    for (final mode in [ThemeMode.light, ThemeMode.dark]) {
      for (final language in ['en', 'ar']) {
        for (final page in _pages.entries) {
          final name = '${page.key}-${size.key}-${mode.name}-$language';
          networkTest('$name fits', (tester) async {
            final isAccount = page.key == 'account';
            final client = clientOf(
              tester,
              page.key == 'sign-up-mail' ? strict.url : server.url,
              storage: isAccount ? MemoryStorage(storage.values) : null,
            );
            // Tests draw outlines for shadows, unless told otherwise.
            debugDisableShadows = false;
            await _show(
              tester,
              client,
              size.value,
              page.value,
              Settings(locale: Locale(language), themeMode: mode),
            );
            await _fill(tester, page.key);
            await _grow(tester, size.value);
            expect(tester.takeException(), isNull);
            await takePicture(tester, find.byKey(const Key('frame')), name);
            debugDisableShadows = true;
          });
        }
      }
    }
  }
}

Future<void> _show(
  WidgetTester tester,
  DoorstepClient client,
  Size size,
  String route,
  Settings settings,
) async {
  tester.view
    ..devicePixelRatio = 1
    ..physicalSize = size;
  addTearDown(tester.view.reset);
  await tester.pumpWidget(
    RepaintBoundary(
      key: const Key('frame'),
      child: DoorstepScope(
        client: client,
        child: ShopApp(settings: settings, initialRoute: route),
      ),
    ),
  );
  await tester.waitUntil(() => client.session.value is! Restoring);
}

/// Gives the page something to show.
Future<void> _fill(WidgetTester tester, String page) async {
  if (page == 'basket') {
    final basket = Shop.of(tester.element(find.byType(Scaffold).last)).basket;
    for (final product in products.take(3)) {
      basket.addOne(product);
    }
    await tester.pump();
  }
  if (page == 'sign-up') {
    await tester.enterText(find.byType(TextField).at(0), 'Grace Darling');
    await tester.enterText(find.byType(TextField).at(1), 'grace@longstone');
    await tester.tap(find.byType(FilledButton));
    await tester.waitUntil(
      () => tester
          .widgetList<TextField>(find.byType(TextField))
          .any((field) => field.decoration!.errorText != null),
    );
  }
  if (page == 'sign-up-mail') {
    await tester.enterText(find.byType(TextField).at(0), 'Grace Darling');
    await tester.enterText(find.byType(TextField).at(1), freshEmail());
    await tester.enterText(find.byType(TextField).at(2), goodPassword);
    await tester.tap(find.byType(FilledButton));
    await tester.waitFor(find.byType(ResendButton));
  }
  if (page == 'login') {
    for (final button in [ForgotPasswordButton, UseCodeButton]) {
      await tester.waitFor(
        find.descendant(
          of: find.byType(button),
          matching: find.byType(TextButton),
        ),
      );
    }
  }
  if (page == 'login-code') {
    await tester.enterText(find.byType(TextField), 'nobody@longstone.example');
    await tester.tap(find.byType(FilledButton));
    await tester.waitFor(find.byType(LoginNumber));
  }
  if (page == 'recovery') {
    await tester.enterText(find.byType(TextField), 'nobody@longstone.example');
    await tester.tap(find.byType(FilledButton));
    await tester.waitFor(find.byType(ResendButton));
  }
  if (page == 'account') {
    await tester.waitFor(find.byType(VerificationForm));
    await tester.waitFor(find.textContaining('Longstone 1'));
    await tester.waitFor(find.byType(EmailChangeForm));
    // A device, and the sign-up.
    await tester.waitUntil(
      () => find.textContaining('127.0.0.1').evaluate().length > 1,
    );
  }
}

/// Makes the window as long as the page, so that the picture has all of it.
Future<void> _grow(WidgetTester tester, Size size) async {
  final scrolled = tester
      .state<ScrollableState>(
        find
            .descendant(
              of: find.byType(Scaffold).last,
              matching: find.byType(Scrollable),
            )
            .first,
      )
      .position;
  final height = size.height + scrolled.maxScrollExtent;
  tester.view.physicalSize = Size(size.width, height);
  await tester.pumpAndSettle();
}
