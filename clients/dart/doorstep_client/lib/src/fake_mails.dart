import 'package:http/http.dart' as http;

import 'fake_account.dart';
import 'fake_answers.dart';

/// A mail that the fake server has sent.
final class FakeMail {
  FakeMail._(this.to, this.kind, this.request, this.code, this._account);

  /// To whom.
  final String to;

  /// Like on a real server: `verify_address`, `login_code`, `recovery`,
  /// `confirm_address` or `address_changed`.
  final String kind;

  /// What goes with the code; null where there is none.
  final String? request;

  /// What to type; null where there is none.
  final String? code;

  /// The token of a link that takes a change of address back.
  String? get token => kind == 'address_changed' ? 'ds_link_$to' : null;

  final FakeAccount? _account;
  bool _isChosen = false;
  bool _isSpent = false;
}

/// What a fake mail is for: the calls that ask for one and take its code.
final class FakeMails {
  /// [byEmail] are the accounts, by the key of their address.
  FakeMails(this.byEmail);

  final Map<String, FakeAccount> byEmail;
  final List<FakeMail> sent = [];
  int _asked = 0;

  /// The two digits that a device shows.
  static const number = '42';

  static const _askedFor =
      'If this address has an account, a mail is on its way. '
      'Look among unwanted mails too';

  /// Whoever reads the newest mail to log in chooses a number.
  void choose(String number) {
    final mail = sent.lastWhere((mail) => mail.kind == 'login_code');
    if (number == FakeMails.number) {
      mail._isChosen = true;
    } else {
      mail._isSpent = true;
    }
  }

  /// A mail for [account], or none; the same answer.
  http.Response ask(
    String kind,
    FakeAccount? account, {
    String? to,
    String message = _askedFor,
    Map<String, Object?> more = const {},
  }) {
    final request = 'ds_request_${++_asked}';
    if (account != null) {
      for (final mail in sent.where((mail) => mail.kind == kind)) {
        if (mail._account == account) mail._isSpent = true;
      }
      final code = '${10000000 + _asked}';
      sent.add(FakeMail._(to ?? account.email, kind, request, code, account));
    }
    return json(202, {'message': message, 'request': request, ...more});
  }

  /// What the code of a mail opens, or why it does not; [then] uses it up when
  /// it answers 200.
  http.Response confirm(
    String kind,
    Map<String, Object?> body,
    http.Response Function(FakeAccount account, FakeMail mail) then,
  ) {
    final mail = _open(kind, body['request']);
    final account = mail?._account;
    if (mail == null || account == null) return spent();
    if (body['code'] != mail.code) return refusal({'code': 'code_wrong'});
    final answer = then(account, mail);
    if (answer.statusCode == 200) mail._isSpent = true;
    return answer;
  }

  /// Whether somebody has chosen the number.
  http.Response poll(
    Map<String, Object?> body,
    http.Response Function(FakeAccount account) then,
  ) {
    final mail = _open('login_code', body['request']);
    if (mail == null) return spent();
    if (!mail._isChosen) {
      return json(202, {
        'message': 'Open the link of the mail, and choose this number there',
      });
    }
    mail._isSpent = true;
    return then(mail._account!);
  }

  FakeMail? _open(String kind, Object? request) => sent
      .where((mail) => mail.kind == kind && mail.request == request)
      .where((mail) => !mail._isSpent)
      .firstOrNull;

  /// The account gets the address that the mail went to, and the former one a
  /// mail that takes it back.
  http.Response changeEmail(FakeAccount account, FakeMail mail) {
    if (byEmail.containsKey(FakeAccount.keyOf(mail.to))) {
      return problem(409, 'email_taken', 'This address is registered');
    }
    // Only who has shown that the former address is theirs may take it back.
    if (account.isVerified) {
      sent.add(
        FakeMail._(account.email, 'address_changed', null, null, account),
      );
    }
    _rename(account, mail.to);
    account
      ..isVerified = true
      ..happened('email_changed', 'You changed your e-mail address');
    return json(200, {'message': 'Your e-mail address is changed'});
  }

  /// The account gets its former address back, and its password is gone. Null
  /// where the link is good no more.
  FakeAccount? undo(Object? token) {
    final mail = sent
        .where((mail) => mail.token != null && mail.token == token)
        .where((mail) => !mail._isSpent)
        .firstOrNull;
    final account = mail?._account;
    if (mail == null || account == null) return null;
    mail._isSpent = true;
    _rename(account, mail.to);
    return account
      ..password = ''
      ..happened(
        'email_restored',
        'You took a change of your e-mail address back: '
            'every device was signed out',
      );
  }

  void _rename(FakeAccount account, String email) {
    byEmail.remove(account.key);
    account.email = email;
    byEmail[account.key] = account;
  }
}
