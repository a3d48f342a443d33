"""The steps of a draft: the project, its activities, readings, doubts and translations."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.change_authors import follow_author
from trainer.clock import now
from trainer.extensions import db
from trainer.language import LANGUAGES
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.projects.editing.form_mapping import build_target_rows
from trainer.projects.editing.forms import IndicatorForm, ProjectFactsForm
from trainer.projects.guesses.doubts import get_doubt_key
from trainer.projects.guesses.entries import Plan, list_plan_indicators
from trainer.projects.importing.drafts import (
    change_draft,
    confirm_sure_readings,
    correct_indicator,
    list_open_questions,
    read_draft,
    record_answers,
    remove_indicator,
)
from trainer.projects.importing.entries import PLANNED_TEXTS, PROJECT_TEXTS, list_activities, load_plan
from trainer.projects.importing.forms import (
    ActivitiesForm,
    build_translations_form,
    get_translation_name,
    list_missing_languages,
)
from trainer.projects.importing.review import (
    build_doubt_cards,
    build_reading_row,
    list_reading_groups,
    list_translatable_texts,
    translate_texts,
)
from trainer.projects.importing.views import get_draft_or_404, get_open_draft_or_404
from trainer.projects.models import PlanDraft
from trainer.projects.spreadsheet.reader import split_codes
from trainer.web.text import clean_plain_line

desk = create_desk_blueprint("projects_review", __name__)
MAX_NOTE_LENGTH = 300
PARTS = ("titles", "names")


def open_step(draft_id: int) -> tuple[PlanDraft, Plan]:
    """Return a draft that can still be changed, and its plan without the effects of answers. Raises NotFound."""
    draft = get_open_draft_or_404(draft_id) if request.method == "POST" else get_draft_or_404(draft_id)
    if draft.project_id is not None:
        abort(404)
    return draft, load_plan(draft.plan)


def redirect_to_draft(draft: PlanDraft) -> ResponseReturnValue:
    """Redirect to the overview of a draft."""
    return redirect(url_for("projects_importing.view_draft", draft_id=draft.id), 303)


def get_user_name() -> str:
    """Return how the decision of the signed-in organizer is signed."""
    return str(current_user.name or current_user.email)


@desk.route("/plan/drafts/<int:draft_id>/project", methods=["GET", "POST"])
def edit_draft_project(draft_id: int) -> ResponseReturnValue:
    """Show and save what is known of the project."""
    draft, plan = open_step(draft_id)
    facts = plan["project"]
    data = {name: facts.get(name, {}) for name in PROJECT_TEXTS}
    data |= {"start": None, "end": None, **facts.get("period", {}), "timezone": facts.get("timezone", "")}
    form = ProjectFactsForm(data=data)
    form.set_zone(data["timezone"])
    form.track_changes(data, follow_author(db.session(), draft))
    if form.validate_on_submit():
        facts.update({name: form[name].value.to_mapping() for name in PROJECT_TEXTS})
        facts.update(period={"start": form.start.data, "end": form.end.data}, timezone=form.timezone.data)
        plan["is_project_confirmed"] = True
        change_draft(draft, plan)
        db.session.commit()
        return redirect_to_draft(draft)
    return render_draft_step("project", draft, form)


@desk.route("/plan/drafts/<int:draft_id>/activities", methods=["GET", "POST"])
def edit_draft_activities(draft_id: int) -> ResponseReturnValue:
    """Show and save period, type of event and audience of the activities."""
    draft, plan = open_step(draft_id)
    activities = list_activities(plan)
    names = ("start", "end", "event_type", "event_count", "audience")
    rows = [
        {**{name: activity.get(name) for name in names}, "draws_from": ", ".join(activity.get("draws_from", []))}
        for activity in activities
    ]
    form = ActivitiesForm(data={"activities": rows})
    form.track_changes({"activities": rows}, follow_author(db.session(), draft))
    form.set_known_codes(frozenset(activity["id"] for activity in activities))
    if len(form.activities) == len(activities) and form.validate_on_submit():
        for activity, row in zip(activities, form.activities, strict=True):
            activity.update({name: row.form[name].data for name in names})
            activity["draws_from"] = split_codes(row.form.draws_from.data or "")
        plan["are_activities_confirmed"] = True
        change_draft(draft, plan)
        db.session.commit()
        return redirect_to_draft(draft)
    return render_draft_step("activities", draft, form, activities=activities)


def render_draft_step(step: str, draft: PlanDraft, form: Any, **values: Any) -> ResponseReturnValue:
    """Render the form of a step: status 422 for invalid input, 409 if somebody else has changed it."""
    page = render_template(f"projects/importing/{step}.html", draft=draft, form=form, **values)
    return page, form.status_code


@desk.get("/plan/drafts/<int:draft_id>/readings")
def view_readings(draft_id: int) -> ResponseReturnValue:
    """Show every indicator beside its source."""
    draft, _plan = open_step(draft_id)
    groups, questions = list_reading_groups(draft, read_draft(draft)), list_open_questions(draft)
    return render_template("projects/importing/readings.html", draft=draft, groups=groups, questions=questions)


@desk.post("/plan/drafts/<int:draft_id>/readings")
def submit_readings(draft_id: int) -> ResponseReturnValue:
    """Confirm all sure readings."""
    draft, _plan = open_step(draft_id)
    count = confirm_sure_readings(draft)
    db.session.commit()
    flash(ngettext("%(num)d reading confirmed.", "%(num)d readings confirmed.", count), "success")
    return redirect_to_draft(draft)


@desk.route("/plan/drafts/<int:draft_id>/indicators/<code>", methods=["GET", "POST"])
def edit_draft_indicator(draft_id: int, code: str) -> ResponseReturnValue:
    """Show the reading of an indicator beside its source, and save it as corrected."""
    draft, _plan = open_step(draft_id)
    indicator = find_indicator_or_404(read_draft(draft), code)
    data = {
        "name": indicator["name"],
        "planned_text": {name[-2:]: indicator.get(name, "") for name in PLANNED_TEXTS},
        "kind": indicator.get("kind", ""),
        "evidence": indicator.get("evidence", ""),
        "targets": build_target_rows(indicator.get("planned", [])),
    }
    form = IndicatorForm(data=data)
    form.set_word_choices(indicator.get("kind", ""))
    form.track_changes(data, follow_author(db.session(), draft))
    if not form.is_submitted():
        form.add_empty_target()
    form.set_word_choices(indicator.get("kind", ""))
    if form.validate_on_submit():
        texts = {f"planned_text_{language}": form.planned_text.value.get_exact_text(language) for language in LANGUAGES}
        changes = {
            "name": form.name.value.to_mapping(),
            **texts,
            "kind": form.kind.data,
            "evidence": form.evidence.data,
            "planned": form.list_targets(indicator.get("planned", [])),
        }
        correct_indicator(draft, code, changes, get_user_name(), now())
        db.session.commit()
        return redirect(url_for(".view_readings", draft_id=draft.id, _anchor=code), 303)
    return render_draft_step("indicator", draft, form, row=build_reading_row(indicator, set()))


@desk.post("/plan/drafts/<int:draft_id>/indicators/<code>/delete")
def submit_indicator_removal(draft_id: int, code: str) -> ResponseReturnValue:
    """Remove an indicator that the document does not contain."""
    draft, plan = open_step(draft_id)
    find_indicator_or_404(plan, code)
    remove_indicator(draft, code)
    db.session.commit()
    flash(_("%(code)s was deleted.", code=code), "success")
    return redirect(url_for(".view_readings", draft_id=draft.id), 303)


def find_indicator_or_404(plan: Plan, code: str) -> Plan:
    """Return an indicator of a plan by its code. Raises NotFound."""
    found = next((indicator for indicator in list_plan_indicators(plan) if indicator["id"] == code), None)
    return found or abort(404)


@desk.get("/plan/drafts/<int:draft_id>/doubts")
def view_doubts(draft_id: int) -> ResponseReturnValue:
    """Show what a person has to decide."""
    draft, _plan = open_step(draft_id)
    cards = build_doubt_cards(draft, read_draft(draft))
    return render_template("projects/importing/doubts.html", draft=draft, cards=cards, missing=())


@desk.post("/plan/drafts/<int:draft_id>/doubts")
def submit_doubts(draft_id: int) -> ResponseReturnValue:
    """Store the answers that were given; show the doubts again while some are open."""
    draft, plan = open_step(draft_id)
    keys = [get_doubt_key(doubt) for doubt in plan["doubts"]]
    answers = {
        key: (
            request.form.get(f"answer-{key}", ""),
            clean_plain_line(request.form.get(f"note-{key}", ""))[:MAX_NOTE_LENGTH],
        )
        for key in keys
    }
    record_answers(draft, answers, get_user_name(), now())
    db.session.commit()
    missing = [key for key in keys if key not in draft.answers]
    if not missing or "later" in request.form:
        return redirect_to_draft(draft)
    cards = build_doubt_cards(draft, read_draft(draft))
    return render_template("projects/importing/doubts.html", draft=draft, cards=cards, missing=missing), 422


@desk.route("/plan/drafts/<int:draft_id>/translations/<part>", methods=["GET", "POST"])
def edit_translations(draft_id: int, part: str) -> ResponseReturnValue:
    """Show the texts of the plan with their translations, and save these."""
    if part not in PARTS:
        abort(404)
    draft, plan = open_step(draft_id)
    texts = list_translatable_texts(plan, part)
    names = {
        get_translation_name(text, language): (text, language)
        for text in texts
        for language in list_missing_languages(text)
    }
    stored = {name: text.texts.get(language, "") for name, (text, language) in names.items()}
    form = build_translations_form(texts)(data=stored)
    form.track_changes(stored, follow_author(db.session(), draft))
    if form.validate_on_submit():
        for name in form.edited_names:
            text, language = names[name]
            translate_texts(plan, part, {text.key: {language: form[name].data or ""}})
        change_draft(draft, plan)
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect_to_draft(draft)
    return render_draft_step("translations", draft, form, texts=texts, get_name=get_translation_name)
