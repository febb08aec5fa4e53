import 'package:doorstep_flutter/doorstep_flutter.dart';
import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';

import 'support/app.dart';

void main() {
  useRealNetwork();
  late Doorstep server;
  setUpAll(() async => server = await Doorstep.start());
  tearDownAll(() => server.stop());

  Future<(DoorstepClient, String)> signedIn(
    WidgetTester tester,
    Widget Function(Customer customer) section,
  ) async {
    final email = freshEmail();
    final client = clientOf(tester, server.url);
    await tester.pumpWidget(
      appOf(client, AccountGate(builder: (_, customer) => section(customer))),
    );
    await tester.real(() => signUp(client, email));
    await tester.pump();
    return (client, email);
  }

  networkTest('the profile is saved, and a bad number refused', (tester) async {
    final (client, _) = await signedIn(
      tester,
      (customer) => ProfileSection(customer: customer),
    );
    await tester.type('Name', 'Grace Horsley Darling');
    await tester.type('Phone (optional)', '12');
    await tester.click('Save');
    await tester.waitFor(find.textContaining('lacks its country code'));
    await tester.type('Phone (optional)', '+49 30 901820');
    await tester.click('Save');
    await tester.waitFor(find.text('Your profile is saved.'));
    final known = (client.session.value as SignedIn).customer;
    expect(known.name, 'Grace Horsley Darling');
    expect(known.phone, isNotNull);
  });

  networkTest('a change made elsewhere stays, and is shown', (tester) async {
    final (client, email) = await signedIn(
      tester,
      (customer) => ProfileSection(customer: customer),
    );
    final other = clientOf(tester, server.url);
    await tester.real(() => other.login(email: email, password: goodPassword));
    await tester.type('Phone (optional)', '+49 30 901820');
    await tester.real(
      () => other.profile.update(const ProfileChange(name: 'Grace Horsley')),
    );
    await tester.click('Save');
    await tester.waitFor(find.widgetWithText(TextField, 'Grace Horsley'));
    await tester.waitUntil(() => find.text('Save').evaluate().isNotEmpty);
    await tester.click('Save');
    await tester.waitFor(find.text('Your profile is saved.'));
    final known = (client.session.value as SignedIn).customer;
    expect(known.name, 'Grace Horsley');
    expect(known.phone, '+4930901820');
  });

  networkTest('an address is added, changed and removed', (tester) async {
    final (client, _) = await signedIn(
      tester,
      (customer) => AddressesSection(customer: customer),
    );
    await tester.waitFor(find.text('No address yet.'));
    await tester.click('Add an address');
    await tester.type('Street and number', 'Longstone 1');
    await tester.type('Town', 'Bamburgh');
    await tester.type('Country (two letters)', 'xx1');
    await tester.click('Save address');
    await tester.waitFor(find.textContaining('country code of two letters'));
    await tester.type('Country (two letters)', 'gb');
    await tester.click('Ship here by default');
    await tester.click('Save address');
    await tester.waitFor(find.text('Ships here'));
    expect(find.text('Longstone 1'), findsOneWidget);

    await tester.click('Edit');
    await tester.type('Street and number', 'Brownsman 2');
    await tester.click('Save address');
    await tester.waitFor(find.text('The address is saved.'));
    await tester.waitFor(find.text('Brownsman 2'));
    final kept = await tester.real(client.addresses.list);
    expect((kept as Ok<List<Address>>).value.single.country, 'GB');

    await tester.click('Remove');
    await tester.waitFor(find.text('No address yet.'));
  });

  networkTest('a new password ends the other devices', (tester) async {
    final (_, email) = await signedIn(tester, (_) => const PasswordSection());
    final other = clientOf(tester, server.url);
    await tester.real(() => other.login(email: email, password: goodPassword));
    await tester.type('Password now', 'wrong');
    await tester.type('New password', 'two kettles in the rain');
    await tester.click('Change password');
    await tester.waitFor(find.textContaining('is wrong'));
    await tester.type('Password now', goodPassword);
    await tester.click('Change password');
    await tester.waitFor(find.textContaining('Your password is changed.'));
    expect(await tester.real(other.refresh), isA<SignedOut>());
  });

  networkTest('another device is seen and ended', (tester) async {
    final (_, email) = await signedIn(tester, (_) => const DevicesSection());
    final other = clientOf(tester, server.url);
    await tester.real(() => other.login(email: email, password: goodPassword));
    await tester.pumpWidget(const SizedBox());
    final client = clientOf(tester, server.url);
    await tester.real(() => client.login(email: email, password: goodPassword));
    await tester.pumpWidget(appOf(client, const DevicesSection()));
    await tester.waitFor(find.text('This device'));
    expect(find.text('End'), findsNWidgets(2));
    await tester.click('End all others');
    await tester.waitFor(find.text('Every other device is logged out.'));
    expect(find.text('End'), findsNothing);
    expect(await tester.real(other.refresh), isA<SignedOut>());
  });

  networkTest('the data is given out, and the account deleted', (tester) async {
    Map<String, Object?>? data;
    final (client, email) = await signedIn(
      tester,
      (_) => DataSection(onExport: (got) => data = got),
    );
    await tester.click('Get my data');
    await tester.waitUntil(() => data != null);
    expect('$data', contains(email));
    await tester.type('Your password, to be sure', 'wrong');
    await tester.click('Delete my account');
    await tester.waitFor(find.textContaining('is wrong'));
    await tester.type('Your password, to be sure', goodPassword);
    await tester.click('Delete my account');
    await tester.waitFor(find.text('Your account is deleted.'));
    final login = await tester.real(
      () => client.login(email: email, password: goodPassword),
    );
    expect(login, isA<LoginRejected>());
  });

  networkTest('the whole page is there, and logs out', (tester) async {
    final client = clientOf(tester, server.url);
    await tester.real(() => signUp(client, freshEmail()));
    await tester.pumpWidget(
      appOf(client, const SizedBox(height: 3000, child: AccountPage())),
    );
    await tester.waitFor(find.text('This device'));
    for (final title in ['Profile', 'Addresses', 'Activity', 'Your data']) {
      expect(find.text(title), findsWidgets);
    }
    await tester.waitFor(find.text('You created your account'));
    await tester.click('Log out');
    await tester.waitFor(find.text('You are not logged in.'));
    await tester.waitFor(find.text('E-mail me a code instead'));
  });
}
