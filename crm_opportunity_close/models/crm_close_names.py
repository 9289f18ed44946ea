from odoo import api, models
from odoo.exceptions import RedirectWarning, ValidationError

from .crm_lead_closing_rules import guard_stands_aside


class CrmCloseMergeable(models.AbstractModel):
    """Each name is used once, however it is spelled: spaces and case make no difference."""

    _inherit = "crm.close.mergeable"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_names_not_archived()
        return records

    def copy_data(self, default=None):
        """A copy gets a name of its own."""
        vals_list = super().copy_data(default=default)
        if "name" not in (default or {}):
            for record, vals in zip(self, vals_list, strict=True):
                vals["name"] = record._get_copy_name()
        return vals_list

    def copy_translations(self, new, excluded=()):
        """In the other languages as well, the copy has a name of its own."""
        result = super().copy_translations(new, excluded)
        field = self._fields["name"]
        if field.translate and "name" not in excluded:
            languages = field._get_stored_translations(new) or {}
            new.update_field_translations(
                "name",
                {
                    language: self.with_context(lang=language)._get_copy_name()
                    for language in languages
                    if language != (self.env.lang or "en_US")
                },
            )
        return result

    def _get_copy_name(self):
        """A name for a copy of this record that no other has.

        :rtype: str
        """
        self.ensure_one()
        # sudo: a name is also taken by a record of a company the user does not see
        records = self.sudo().with_context(active_test=False).search([("name", "!=", False)])
        taken = {normalize_name(name) for name in records.mapped("name")}
        name = self.name
        while normalize_name(name) in taken:
            name = self.env._("%(name)s (copy)", name=name)
        return name

    # ------------------------------------------------------------
    # Names are used once
    # ------------------------------------------------------------

    def _may_share_name(self, other):
        """Whether this record and another may have the same name.

        :param other: another record of this model
        :rtype: bool
        """
        return False

    def _get_namesakes(self, active):
        """Which of these records, as far as they are active, have a name that is taken.

        :param bool active: look among the active records, or among the archived ones
        :return: record → another of the same name, both as superuser
        :rtype: dict[Model, Model]
        """
        # While modules are installed, two sets of default records may meet.
        installing = self.env.context.get("install_mode") and not self.env.registry.ready
        if installing or guard_stands_aside(self.env):
            return {}
        # sudo: a record of a company the user does not see counts as well
        others = self.sudo().with_context(active_test=False).search([("active", "=", active)])
        by_name = others.grouped(lambda other: normalize_name(other.name))
        namesakes = {}
        for record in self.sudo().filtered("active"):
            peers = by_name.get(normalize_name(record.name), others.browse()) - record
            for peer in peers.filtered(lambda peer, own=record: not own._may_share_name(peer))[:1]:
                namesakes[record] = peer
        return namesakes

    def _check_names_used_once(self):
        """Refuse names that other active records have, each by name.

        :raise ValidationError: a name is taken
        """
        names = [other.name for other in self._get_namesakes(active=True).values()]
        if len(names) == 1:
            raise ValidationError(
                self.env._(
                    "There is already “%(name)s”. Use that one, or choose another name.",
                    name=names[0],
                )
            )
        if names:
            raise ValidationError(
                self.env._(
                    "These names are taken:\n%(names)s\n\n"
                    "Use what is there already, or choose other names.",
                    names="\n".join(f"– {name}" for name in names),
                )
            )

    def _check_names_not_archived(self):
        """Refuse new records whose names archived ones have, and offer to unarchive those.

        Archived ones do not hinder an existing record from being renamed.

        :raise RedirectWarning: a person may unarchive the one that is there
        :raise ValidationError: naming the archived ones
        """
        archived = list(self._get_namesakes(active=False).values())
        if not archived:
            return
        if len(archived) > 1 or self.env.context.get("import_file"):
            raise ValidationError(
                self.env._(
                    "These are there already, but archived:\n%(names)s\n\n"
                    "Unarchive them, or choose other names.",
                    names="\n".join(f"– {other.name}" for other in archived),
                )
            )
        archived[0].with_env(self.env)._raise_archived()

    def _raise_archived(self):
        # sudo: the name of the survivor, whose company the user may not see
        survivor = self.sudo().merged_into_id
        if survivor:
            raise ValidationError(
                self.env._(
                    "“%(name)s” was merged into “%(survivor)s”. Use that one, or choose "
                    "another name.",
                    name=self.sudo().name,
                    survivor=survivor.name,
                )
            )
        if not self.has_access("write"):
            raise ValidationError(
                self.env._(
                    "“%(name)s” is there already, but archived. Ask a sales manager to "
                    "unarchive it, or choose another name.",
                    name=self.sudo().name,
                )
            )
        raise RedirectWarning(
            self.env._(
                "“%(name)s” is there already, but archived. Unarchive it rather than creating "
                "another, or choose another name.",
                name=self.name,
            ),
            self.get_formview_action(),
            self.env._("Open the archived one"),
        )


def normalize_name(name):
    """What two spellings of one name have in common.

    :param str name: may be empty
    :rtype: str
    """
    return " ".join((name or "").split()).casefold()
