"""The sentences of the ranking and of awards."""

from clubsales.i18n import Texts, counted
from clubsales.i18n import lazy_gettext as _l

REFUSALS: Texts = {}
REASONS: Texts = {
    "award.department_top": _l("Highest of the department with %(credit)s, and on target (%(target)s)."),
    "award.best_on_target": _l(
        "Best of those on target, with %(credit)s against %(target)s; who stands highest missed theirs."
    ),
    "award.team_streak": counted(
        "Best of the team in %(months)s month.",
        "Best of the team in %(months)s months in a row.",
        by="months",
    ),
    "award.department_streak": counted(
        "Best of the department in %(months)s month.",
        "Best of the department in %(months)s months in a row.",
        by="months",
    ),
    "award.outside_top": _l("Best of the outside consultants with %(credit)s."),
    "award.quarter_team": _l(
        "The quarter's best team with %(credit)s; %(members)s members share %(whole)s equally."
    ),
    "award.quarter_team_honour": _l("The quarter's best team with %(credit)s."),
    "award.year_best": counted(
        "The year's best with %(credit)s, in %(months)s closed month.",
        "The year's best with %(credit)s, in %(months)s closed months.",
        by="months",
    ),
    "award.switched_off": _l("No award for the department's best was set for this month."),
    "award.nobody_sold": _l("No award: nobody's result is above zero."),
    "award.nobody_on_target": _l(
        "No award: %(names)s stands highest with %(credit)s, and nobody met a target."
    ),
    "award.top_without_target": _l(
        "No award: %(names)s stands highest with %(credit)s, but has no target for the month."
    ),
    "award.top_below_target": _l(
        "No award: %(names)s stands highest with %(credit)s, but below the target of %(target)s."
    ),
    "ranking.credit": _l(
        "Ranked by the month's net credit: money received, less refunds and rebates, in the month they fall in. "
        "Who meets it exactly has met the target."
    ),
    "ranking.sales": _l(
        "A shared sale counts as one for whoever has the larger share; the credit is shared."
    ),
    "ranking.boards": _l(
        "Inside consultants are the department; outside consultants have a board of their own."
    ),
    "ranking.tie_all": _l("Who is level shares the rank: each has the whole award and each keeps the run."),
    "ranking.tie_split": _l(
        "Who is level shares the rank: the award is divided, odd cents in the order of staff numbers, and each keeps "
        "the run."
    ),
    "ranking.tie_earliest": _l(
        "Who is level shares the rank, but only whoever reached the amount first counts as best."
    ),
    "ranking.top": _l("Highest of the department and on target: %(amount)s."),
    "ranking.top_off": _l("No award for the department's best this month."),
    "ranking.top_or_nobody": _l(
        "Highest but below target, or on target but not highest: nobody has the award."
    ),
    "ranking.top_best_on_target": _l(
        "If the highest is below target, the best of those on target has the award."
    ),
    "ranking.team_streak": counted(
        "%(months)s month as the team's best: another %(amount)s.",
        "%(months)s months in a row as the team's best: another %(amount)s.",
        by="months",
    ),
    "ranking.department_streak": counted(
        "%(months)s month as the department's best: another %(amount)s.",
        "%(months)s months in a row as the department's best: another %(amount)s.",
        by="months",
    ),
    "ranking.pay_rise": counted(
        "%(months)s month as the department's best: a pay rise is considered; a person decides.",
        "%(months)s months in a row as the department's best: a pay rise is considered; a person decides.",
        by="months",
    ),
    "ranking.streak_again": _l("A run that goes on brings its award again at each full multiple."),
    "ranking.streak_once": _l("A run brings its award once; only a new run brings it again."),
    "ranking.streak_on_target": _l("A month counts for a run only with its target met."),
    "ranking.streak_without_target": _l("A month counts for a run even below target."),
    "ranking.team_change": _l(
        "Who changes the team begins a new run in the team; the department's run goes on."
    ),
    "ranking.outside_top": _l("Best of the outside consultants: %(amount)s."),
    "ranking.outside_top_honour": _l("Best of the outside consultants: an honour without money."),
    "ranking.quarter_team": _l("The quarter's best team: %(amount)s, shared equally by its members."),
    "ranking.quarter_team_honour": _l("The quarter's best team: an honour without money."),
    "ranking.year_best": _l("The year's best inside consultant: %(amount)s."),
    "ranking.year_best_honour": _l("The year's best inside consultant: an honour without money."),
    "ranking.no_target_breaks": _l("A month without a target ends a run of missed targets."),
    "ranking.no_target_skips": _l("A month without a target leaves a run of missed targets as it is."),
    "ranking.held": _l(
        "What a dispute holds counts for nobody until it is decided, then in the month of the decision."
    ),
    "ranking.later": _l(
        "A closed month stays as it was frozen, its awards too. What is refunded later counts in the month it goes back."
    ),
}
KINDS: Texts = {
    "department_top": _l("Department's best of the month"),
    "team_streak": _l("Months in a row as the team's best"),
    "department_streak": _l("Months in a row as the department's best"),
    "outside_top": _l("Outside best of the month"),
    "quarter_team": _l("Best team of the quarter"),
    "year_best": _l("Best of the year"),
}
