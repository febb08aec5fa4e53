import 'package:doorstep_client/doorstep_client.dart';
import 'package:test/test.dart';

import 'support/clients.dart';
import 'support/doorstep.dart';
import 'support/relay.dart';

const email = 'ada@example.com';
const other = 'another long secret';

Future<Result<void>> change(DoorstepClient account) =>
    account.changePassword(currentPassword: goodPassword, newPassword: other);

/// Until the server has changed the password, and its answer is lost.
Future<void> lost(Relay relay) async {
  while (relay.open == 0) {
    await Future<void>.delayed(const Duration(milliseconds: 5));
  }
}

void main() {
  test(
    'a refusal that another call meets while a new password is on its way is no end',
    () async {
      final server = await Doorstep.start();
      final relay = await Relay.to(server.url);
      final storage = MemoryStorage();
      final account = clientOf(
        relay.url,
        storage: storage,
        timeout: const Duration(seconds: 2),
      );
      await signUp(account, email);
      final states = <SessionState>[];
      account.session.addListener(() => states.add(account.session.value));
      relay.faults.add(Fault.holdAnswer);
      final changing = change(account);
      await lost(relay);
      // The old bearer is dead by now, and the kit has no other yet.
      final reads = await Future.wait([
        account.addresses.list(),
        account.sessions.list(),
      ]);
      expect(reads, everyElement(isA<Ok<Object?>>()));
      expect(await changing, isA<Ok<void>>());
      expect(relay.count('POST /api/user/password'), 2);
      expect(states, everyElement(isA<SignedIn>()));
      final next = clientOf(relay.url, storage: storage);
      expect(await next.refresh(), isA<SignedIn>());
    },
  );

  test('nor while it is undecided: it can be asked for again', () async {
    final server = await Doorstep.start();
    final relay = await Relay.to(server.url);
    final account = clientOf(
      relay.url,
      timeout: const Duration(milliseconds: 900),
    );
    await signUp(account, email);
    relay.faults.addAll(List.filled(3, Fault.holdAnswer));
    final changing = change(account);
    await lost(relay);
    final read = await account.addresses.list();
    expect(read.error!.code, ErrorCode.sessionEnded);
    expect((await changing).error!.reason, UnavailableReason.timeout);
    expect(account.session.value, isA<SignedIn>());
    expect(await change(account), isA<Ok<void>>());
    expect(await account.addresses.list(), isA<Ok<Object?>>());
  });

  test(
    'a refused change lets the session end that was ended elsewhere',
    () async {
      final server = await Doorstep.start();
      final relay = await Relay.to(server.url);
      final account = clientOf(relay.url, timeout: const Duration(seconds: 2));
      await signUp(account, email);
      final elsewhere = clientOf(server.url);
      await elsewhere.login(email: email, password: goodPassword);
      expect(await elsewhere.sessions.endOthers(), isA<Ok<void>>());
      relay.faults.add(Fault.holdAnswer);
      final changing = change(account);
      await lost(relay);
      final read = await account.addresses.list();
      expect(read.error!.code, ErrorCode.sessionEnded);
      expect((await changing).error!.code, ErrorCode.sessionEnded);
      expect(account.session.value, isA<SignedOut>());
    },
  );
}
