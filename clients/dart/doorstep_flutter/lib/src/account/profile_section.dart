import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../forms/account_field.dart';
import '../forms/account_form.dart';
import '../l10n/localizations.dart';
import 'section.dart';
import 'section_form.dart';

/// The state of a form that changes the profile.
class ProfileController extends AccountForm<Customer> {
  /// Begins with what [customer] has now.
  ProfileController(DoorstepClient client, Customer customer)
    : super(
        client,
        const ['name', 'phone'],
        {'name': customer.name, 'phone': customer.phone ?? ''},
      );

  /// Sends what was changed only, and never over somebody else's change.
  @override
  Future<Result<Customer>> send() => client.profile.update(
    ProfileChange(name: _changed('name'), phone: _changed('phone')),
  );

  String? _changed(String name) {
    final known = switch (client.session.value) {
      SignedIn(:final customer) =>
        name == 'name' ? customer.name : customer.phone,
      _ => null,
    };
    final now = text(name).trim();
    return now == (known ?? '') ? null : now;
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
