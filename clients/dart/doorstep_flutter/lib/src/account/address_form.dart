import 'package:doorstep_client/doorstep_client.dart';
import 'package:flutter/material.dart';

import '../forms/account_field.dart';
import '../forms/account_form.dart';
import '../l10n/localizations.dart';
import '../l10n/texts.dart';
import 'section_form.dart';

/// The state of a form for a new address, or for one that exists.
class AddressController extends AccountForm<Address> {
  /// Begins with [address], or with the customer's [name].
  AddressController(DoorstepClient client, {this.address, String name = ''})
    : defaultShipping = address?.defaultShipping ?? false,
      defaultBilling = address?.defaultBilling ?? false,
      super(
        client,
        const ['name', 'line1', 'line2', 'postalCode', 'city', 'country'],
        {
          'name': address?.name ?? name,
          'line1': address?.line1 ?? '',
          'line2': address?.line2 ?? '',
          'postalCode': address?.postalCode ?? '',
          'city': address?.city ?? '',
          'country': address?.country ?? '',
        },
      );

  /// What is changed; null for a new one.
  final Address? address;

  /// Parcels shall go here unless told otherwise.
  bool defaultShipping;

  /// Bills shall go here unless told otherwise.
  bool defaultBilling;

  @override
  Future<Result<Address>> send() {
    final id = address?.id;
    return id == null
        ? client.addresses.add(_input())
        : client.addresses.change(id, _change());
  }

  AddressInput _input() => AddressInput(
    name: text('name'),
    line1: text('line1'),
    line2: _textOrNull('line2'),
    postalCode: _textOrNull('postalCode'),
    city: text('city'),
    country: _country,
    defaultShipping: defaultShipping,
    defaultBilling: defaultBilling,
  );

  AddressChange _change() => AddressChange(
    name: text('name'),
    line1: text('line1'),
    line2: text('line2'),
    postalCode: text('postalCode'),
    city: text('city'),
    country: _country,
    defaultShipping: defaultShipping,
    defaultBilling: defaultBilling,
  );

  String get _country => text('country').trim().toUpperCase();

  String? _textOrNull(String name) =>
      text(name).trim().isEmpty ? null : text(name);
}

/// Asks for an address.
class AddressForm extends StatelessWidget {
  /// For [address], or for a new one that begins with the customer's [name].
  const AddressForm({
    required this.onSaved,
    required this.onCancel,
    this.address,
    this.name = '',
    super.key,
  });

  /// What is changed; null for a new one.
  final Address? address;

  /// The customer's name.
  final String name;

  /// Called when the server has it.
  final VoidCallback onSaved;

  /// Called when the customer gives up.
  final VoidCallback onCancel;

  @override
  Widget build(BuildContext context) => SectionForm<AddressController, Address>(
    create: (client) => AddressController(client, address: address, name: name),
    button: DoorstepLocalizations.of(context).saveAddress,
    onSuccess: (_, _) => onSaved(),
    onCancel: onCancel,
    fields: (form) => [
      AccountField.name(form, 'name'),
      _field(form, 'line1', (texts) => texts.line1, _street),
      _field(form, 'line2', (texts) => texts.line2, _building),
      _field(form, 'postalCode', (texts) => texts.postalCode, _code),
      _field(form, 'city', (texts) => texts.city, _town),
      _field(form, 'country', (texts) => texts.country, _countryCode),
      _Defaults(form: form),
    ],
  );

  static const _street = [AutofillHints.streetAddressLine1];
  static const _building = [AutofillHints.streetAddressLine2];
  static const _code = [AutofillHints.postalCode];
  static const _town = [AutofillHints.addressCity];
  static const _countryCode = [AutofillHints.countryCode];

  static Widget _field(
    AddressController form,
    String name,
    String Function(DoorstepTexts texts) label,
    List<String> hints,
  ) => AccountField(
    form: form,
    name: name,
    label: label,
    hints: hints,
    capitalization: name == 'country'
        ? TextCapitalization.characters
        : TextCapitalization.words,
  );
}

class _Defaults extends StatefulWidget {
  const _Defaults({required this.form});

  final AddressController form;

  @override
  State<_Defaults> createState() => _DefaultsState();
}

class _DefaultsState extends State<_Defaults> {
  @override
  Widget build(BuildContext context) {
    final texts = DoorstepLocalizations.of(context);
    final form = widget.form;
    return Column(
      children: [
        CheckboxListTile(
          contentPadding: EdgeInsets.zero,
          title: Text(texts.defaultShipping),
          value: form.defaultShipping,
          onChanged: (value) =>
              setState(() => form.defaultShipping = value ?? false),
        ),
        CheckboxListTile(
          contentPadding: EdgeInsets.zero,
          title: Text(texts.defaultBilling),
          value: form.defaultBilling,
          onChanged: (value) =>
              setState(() => form.defaultBilling = value ?? false),
        ),
      ],
    );
  }
}
