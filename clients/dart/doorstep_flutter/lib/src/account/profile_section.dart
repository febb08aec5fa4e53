import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../forms/account_field.dart';
import '../forms/account_form.dart';
import '../l10n/localizations.dart';
import 'section.dart';
import 'section_form.dart';

/// The state of a form that changes the profile.
class ProfileController extends AccountForm<Customer> {
  /// Begins with what [customer] has now, and follows what others change.
  ProfileController(DoorstepClient client, Customer customer)
    : _id = customer.id,
      _known = _textsOf(customer),
      super(client, const ['name', 'phone'], _textsOf(customer)) {
    client.session.addListener(_follow);
  }

  String _id;

  /// What the fields held before they were edited.
  Map<String, String> _known;

  static Map<String, String> _textsOf(Customer customer) => {
    'name': customer.name,
    'phone': customer.phone ?? '',
  };

  /// Sends what was edited only, and never over somebody else's change.
  @override
  Future<Result<Customer>> send() async {
    final sent = {for (final name in _known.keys) name: text(name)};
    String? edited(String name) =>
        sent[name] == _known[name] ? null : sent[name]!.trim();
    final result = await client.profile.update(
      ProfileChange(name: edited('name'), phone: edited('phone')),
    );
    if (result case Ok(:final value) when !isDisposed) {
      _known = sent;
      _adopt(value);
    }
    return result;
  }

  void _follow() {
    if (client.session.value case SignedIn(:final customer)) _adopt(customer);
  }

  /// Fields that nobody edited here show what the customer has now.
  void _adopt(Customer customer) {
    final isOther = customer.id != _id;
    final fresh = _textsOf(customer);
    for (final MapEntry(key: name, value: now) in fresh.entries) {
      final isUntouched = isOther || text(name) == _known[name];
      if (isUntouched && text(name) != now) controller(name).text = now;
    }
    _id = customer.id;
    _known = fresh;
  }

  @override
  void dispose() {
    client.session.removeListener(_follow);
    super.dispose();
  }
}

/// Name and phone number.
class ProfileSection extends StatelessWidget {
  /// Belongs into an `AccountGate`, which knows the customer.
  const ProfileSection({required this.customer, super.key});

  /// Whose profile it is.
  final Customer customer;

  @override
  Widget build(BuildContext context) {
    final texts = DoorstepLocalizations.of(context);
    final since = MaterialLocalizations.of(
      context,
    ).formatShortDate(customer.createdAt.toLocal());
    return AccountSection(
      title: texts.profile,
      advice: texts.loggedInAs(customer.email, since),
      children: [
        SectionForm<ProfileController, Customer>(
          create: (client) => ProfileController(client, customer),
          button: texts.save,
          done: texts.profileSaved,
          fields: (form) => [
            AccountField.name(form, 'name'),
            AccountField(
              form: form,
              name: 'phone',
              label: (texts) => texts.phone,
              helper: (texts) => texts.phoneHint,
              hints: const [AutofillHints.telephoneNumber],
              keyboard: TextInputType.phone,
              isLeftToRight: true,
            ),
          ],
        ),
      ],
    );
  }
}
