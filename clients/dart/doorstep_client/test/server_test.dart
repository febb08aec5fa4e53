import 'dart:async';
import 'dart:convert';
import 'dart:io';

import 'package:doorstep_client/doorstep_client.dart';
import 'package:doorstep_client/io.dart';
import 'package:doorstep_client/src/client.dart';
import 'package:http/http.dart' as http;
import 'package:test/test.dart';

import 'support/clients.dart';
import 'support/doorstep.dart';
import 'support/relay.dart';

void main() {
  test('a customer signs up, logs out and logs in', () async {
    final server = await Doorstep.start();
    final account = clientOf(server.url);
    final result = await account.signUp(
      name: 'José 🦄',
      email: ' ada@example.com ',
      password: goodPassword,
    );
    final customer = (result as SignUpOk).customer;
    expect(customer.name, 'José 🦄');
    expect(customer.email, 'ada@example.com');
    expect(account.session.value, isA<SignedIn>());
    expect(await account.logout(), isA<Ok<void>>());
    final state = account.session.value;
    expect((state as SignedOut).reason, SignedOutReason.loggedOut);
    final login = await account.login(
      email: 'ada@example.com',
      password: goodPassword,
    );
    expect((login as LoginOk).customer.id, customer.id);
  });

  test('refused fields are told one by one', () async {
    final server = await Doorstep.start();
    final account = clientOf(server.url);
    final result = await account.signUp(
      name: '',
      email: 'ada',
      password: 'short',
    );
    final fields = (result as SignUpRejected).fields;
    expect(fields['name']!.code, FieldErrorCode.required);
    expect(fields.values.every((field) => field.message.isNotEmpty), isTrue);
    expect(result.error.requestId, isNotEmpty);
    expect(account.session.value, isNot(isA<SignedIn>()));
  });

  test('the server speaks English, or the language of the client', () async {
    final server = await Doorstep.start();
    final german = DoorstepClient(baseUrl: server.url, language: 'de-AT');
    addTearDown(german.close);
    for (final (account, sentence) in [
      (clientOf(server.url), 'E-mail or password is wrong'),
      (german, 'E-Mail oder Passwort ist falsch'),
    ]) {
      final result = await account.login(email: 'a@b.example', password: 'x');
      expect((result as LoginRejected).error.message, sentence);
    }
  });

  test('a taken address and a wrong password are refusals', () async {
    final server = await Doorstep.start();
    await signUp(clientOf(server.url), 'ada@example.com');
    final second = clientOf(server.url);
    final taken = await second.signUp(
      name: 'Eve',
      email: 'ADA@example.com',
      password: goodPassword,
    );
    expect((taken as SignUpRejected).error.code, ErrorCode.emailTaken);
    final wrong = await second.login(
      email: 'ada@example.com',
      password: 'not the one at all',
    );
    expect((wrong as LoginRejected).error.code, ErrorCode.invalidCredentials);
    expect(wrong.error.status, 401);
  });

  test('a double tap is one request and one account', () async {
    final server = await Doorstep.start();
    final relay = await Relay.to(server.url);
    final account = clientOf(relay.url);
    final both = await Future.wait([
      account.signUp(
        name: 'Ada',
        email: 'ada@example.com',
        password: goodPassword,
      ),
      account.signUp(
        name: 'Ada',
        email: 'ada@example.com',
        password: goodPassword,
      ),
    ]);
    expect(both, everyElement(isA<SignUpOk>()));
    expect(relay.count('POST /api/signup'), 1);
  });

  test('an answer that is lost is asked for again: one account', () async {
    final server = await Doorstep.start();
    final relay = await Relay.to(server.url);
    final account = clientOf(relay.url);
    relay.faults.addAll([Fault.dropAnswer, Fault.dropAnswer]);
    final customer = await signUp(account, 'ada@example.com');
    expect(relay.count('POST /api/signup'), 3);
    expect(await sessionsOf(account), 1);
    expect(customer.email, 'ada@example.com');
  });

  test('a sign-up that timed out can be tried again by hand', () async {
    final server = await Doorstep.start();
    final relay = await Relay.to(server.url);
    final account = clientOf(
      relay.url,
      timeout: const Duration(milliseconds: 800),
    );
    relay.faults.addAll(List.filled(3, Fault.holdAnswer));
    final lost = await account.signUp(
      name: 'Ada',
      email: 'ada@example.com',
      password: goodPassword,
    );
    expect((lost as SignUpUnavailable).reason, UnavailableReason.timeout);
    expect(lost.hint, startsWith('DS-32 '));
    await signUp(account, 'ada@example.com');
    expect(await sessionsOf(account), 1);
    // A given-up request is ended, not left to run.
    expect(relay.open, 0);
  });

  test('a caller can give up, and try again later', () async {
    final server = await Doorstep.start();
    final relay = await Relay.to(server.url);
    final account = clientOf(relay.url);
    relay.faults.add(Fault.holdAnswer);
    final stop = Completer<void>();
    final pending = account.signUp(
      name: 'Ada',
      email: 'ada@example.com',
      password: goodPassword,
      abort: stop.future,
    );
    await relay.arrived('POST /api/signup');
    stop.complete();
    final result = await pending;
    expect((result as SignUpUnavailable).reason, UnavailableReason.aborted);
    await signUp(account, 'ada@example.com');
  });

  test('a session outlives the app, also without network', () async {
    final server = await Doorstep.start();
    final storage = MemoryStorage();
    await signUp(clientOf(server.url, storage: storage), 'ada@example.com');
    await server.pause();
    final second = clientOf(server.url, storage: storage);
    final offline = await second.restore();
    expect((offline as SignedIn).stale, isTrue);
    expect(offline.customer.email, 'ada@example.com');
    final stillOffline = await second.refresh();
    expect((stillOffline as SignedIn).stale, isTrue);
    expect(stillOffline.error!.reason, UnavailableReason.unreachable);
    expect(stillOffline.error!.hint, startsWith('DS-25 '));
    await server.resume();
    expect((await second.refresh() as SignedIn).stale, isFalse);
  });

  test('a session that ends elsewhere ends here', () async {
    final server = await Doorstep.start();
    final phone = clientOf(server.url);
    final laptop = clientOf(server.url);
    await signUp(phone, 'ada@example.com');
    await laptop.login(email: 'ada@example.com', password: goodPassword);
    expect(await phone.sessions.endOthers(), isA<Ok<void>>());
    final states = <SessionState>[];
    laptop.session.stream.listen(states.add);
    final refused = await laptop.addresses.list();
    expect(refused.error!.code, ErrorCode.sessionEnded);
    await pumpEventQueue();
    final state = states.single;
    expect((state as SignedOut).reason, SignedOutReason.sessionEnded);
    expect(phone.session.value, isA<SignedIn>());
  });

  test('a new password ends the other sessions', () async {
    final server = await Doorstep.start();
    final phone = clientOf(server.url);
    final laptop = clientOf(server.url);
    await signUp(phone, 'ada@example.com');
    await laptop.login(email: 'ada@example.com', password: goodPassword);
    final wrong = await phone.changePassword(
      currentPassword: 'not the one at all',
      newPassword: 'another long secret',
    );
    expect(wrong.error!.code, ErrorCode.invalidCredentials);
    final changed = await phone.changePassword(
      currentPassword: goodPassword,
      newPassword: 'another long secret',
    );
    expect(changed, isA<Ok<void>>());
    expect(await laptop.refresh(), isA<SignedOut>());
    expect(await phone.refresh(), isA<SignedIn>());
  });

  test('a change of password whose answer was lost is made once', () async {
    final server = await Doorstep.start();
    final relay = await Relay.to(server.url);
    final storage = MemoryStorage();
    final phone = clientOf(relay.url, storage: storage);
    await signUp(phone, 'ada@example.com');
    final key = 'doorstep:${relay.url}';
    final before = storage.values[key];
    final wrong = await phone.changePassword(
      currentPassword: 'not the one at all',
      newPassword: 'another long secret',
    );
    expect(wrong.error!.code, ErrorCode.invalidCredentials);
    relay.faults.add(Fault.dropAnswer);
    final changed = await phone.changePassword(
      currentPassword: goodPassword,
      newPassword: 'another long secret',
    );
    expect(changed, isA<Ok<void>>());
    expect(relay.count('POST /api/user/password'), 3);
    expect(storage.values[key], isNot(before));
    expect(await phone.refresh(), isA<SignedIn>());
    // What was stored is the session that goes on.
    final next = clientOf(relay.url, storage: storage);
    expect(await next.refresh(), isA<SignedIn>());
  });

  test('profile, addresses, devices, export and deletion', () async {
    final server = await Doorstep.start();
    final account = clientOf(server.url);
    await signUp(account, 'ada@example.com');
    final updated = await account.profile.update(
      const ProfileChange(name: 'Ada King', phone: '+4912345678'),
    );
    expect((updated as Ok<Customer>).value.phone, '+4912345678');
    final cleared = await account.profile.update(
      const ProfileChange(phone: ''),
    );
    expect((cleared as Ok<Customer>).value.phone, isNull);
    final added = await account.addresses.add(
      const AddressInput(
        name: 'Ada King',
        line1: 'Straße 1',
        city: 'Köln',
        country: 'DE',
        defaultShipping: true,
      ),
    );
    final id = (added as Ok<Address>).value.id;
    final changed = await account.addresses.change(
      id,
      const AddressChange(city: 'Bonn'),
    );
    expect((changed as Ok<Address>).value.city, 'Bonn');
    expect(changed.value.line1, 'Straße 1');
    final all = await account.addresses.list() as Ok<List<Address>>;
    expect(all.value.single.defaultShipping, isTrue);
    final export = await account.exportData() as Ok<Map<String, Object?>>;
    expect(export.value.keys, containsAll(['user', 'addresses', 'events']));
    expect(await account.addresses.remove(id), isA<Ok<void>>());
    final devices = await account.sessions.list() as Ok<List<DeviceSession>>;
    expect(devices.value.single.current, isTrue);
    final gone = await account.deleteAccount(currentPassword: goodPassword);
    expect(gone, isA<Ok<void>>());
    final state = account.session.value;
    expect((state as SignedOut).reason, SignedOutReason.accountDeleted);
  });

  test('a profile that changed meanwhile is not overwritten', () async {
    final server = await Doorstep.start();
    final phone = clientOf(server.url);
    final laptop = clientOf(server.url);
    await signUp(phone, 'ada@example.com');
    await laptop.login(email: 'ada@example.com', password: goodPassword);
    await laptop.refresh();
    await phone.profile.update(const ProfileChange(name: 'Ada King'));
    final late = await laptop.profile.update(const ProfileChange(name: 'A.'));
    expect(late.error!.code, ErrorCode.changedMeanwhile);
    expect((laptop.session.value as SignedIn).customer.name, 'Ada King');
  });

  test('policy says what a form needs to know', () async {
    final server = await Doorstep.start();
    final policy = await clientOf(server.url).policy() as Ok<Policy>;
    expect(policy.value.passwordMinLength, 8);
    expect(policy.value.requiredFields, contains('email'));
    expect(policy.value.sessionModes, contains('token'));
  });

  test('a restart of the server signs nobody out', () async {
    final server = await Doorstep.start();
    final account = clientOf(server.url);
    await signUp(account, 'ada@example.com');
    await server.pause();
    await server.resume();
    expect((await account.refresh() as SignedIn).stale, isFalse);
    expect(await account.addresses.list(), isA<Ok<List<Address>>>());
  });

  for (final skew in const [Duration(hours: 1), Duration(hours: -1)]) {
    test('a clock that is off by $skew does not matter, and is told', () async {
      final server = await Doorstep.start();
      final account = clientOf(server.url, now: () => DateTime.now().add(skew));
      await signUp(account, 'ada@example.com');
      expect((await account.refresh() as SignedIn).stale, isFalse);
      final found = await account.diagnose();
      expect(found.single.id, 'DS-43');
      expect(found.single.url, server.url.resolve('/errors/DS-43'));
      final words = skew.isNegative ? 'behind' : 'ahead of';
      expect(found.single.message, contains(words));
    });
  }

  test('a busy server is unavailable, and the second try succeeds', () async {
    final server = await Doorstep.start();
    final relay = await Relay.to(server.url);
    final account = clientOf(relay.url);
    relay.faults.add(Fault.busy);
    await signUp(account, 'ada@example.com');
    expect(relay.count('POST /api/signup'), 2);
  });

  test('a file keeps the session for its owner only', () async {
    final server = await Doorstep.start();
    final folder = await Directory.systemTemp.createTemp('doorstep-client-');
    addTearDown(() => folder.delete(recursive: true));
    final path = '${folder.path}/app/session.json';
    await signUp(
      clientOf(server.url, storage: FileStorage(path)),
      'ada@example.com',
    );
    expect(File(path).statSync().modeString(), 'rw-------');
    expect(File(path).parent.listSync(), hasLength(1));
    final next = clientOf(server.url, storage: FileStorage(path));
    expect(await next.restore(), isA<SignedIn>());
    await next.logout();
    final left = jsonDecode(File(path).readAsStringSync()) as Map;
    expect(left.keys, ['doorstep:${server.url}:devices']);
  });

  test('nobody reads a session by what was opened before', () async {
    final folder = await Directory.systemTemp.createTemp('doorstep-client-');
    addTearDown(() => folder.delete(recursive: true));
    final path = '${folder.path}/session.json';
    final names = [path, '$path.new', '$path.tmp'];
    final handles = [
      for (final name in names)
        (File(name)..createSync()).openSync(mode: FileMode.read),
    ];
    await FileStorage(path).write('a', 'c4nary');
    expect(await FileStorage(path).read('a'), 'c4nary');
    for (final handle in handles) {
      expect(utf8.decode(handle.readSync(1000)), isNot(contains('c4nary')));
      handle.closeSync();
    }
  });

  test('a client of the caller stays open', () async {
    final server = await Doorstep.start();
    final mine = http.Client();
    addTearDown(mine.close);
    final account = WiredClient(
      baseUrl: server.url,
      httpClient: mine,
      log: printOnFailure,
    );
    await signUp(account, 'ada@example.com');
    account.close();
    final health = await mine.get(server.url.resolve('/healthz'));
    expect(health.statusCode, 200);
  });
}
