"""Drafts in other languages: plain promises and praise are found, planned work is not."""

import pytest

from bot.records import Kind
from bot.updates.review import Assignment
from bot.updates.reviewing import ReviewFeature

RESULTS = {
    "de": "Die Trefferquote ist von 71 % auf 79 % gestiegen. Nachts ist das nicht geprüft.",
    "fr": "Le taux de détection est passé de 58 % à 69 %. La nuit n'est pas encore testée.",
    "es": "La sensibilidad pasó de 0,62 a 0,71. De noche todavía no lo probamos con nadie.",
    "it": "La precisione è passata da 0,62 a 0,71. Di notte non abbiamo ancora provato nulla.",
    "pt": "A precisão passou de 0,62 para 0,71. À noite ainda não testamos com ninguém.",
    "nl": "De precisie ging van 0,62 naar 0,71. In de nacht is het nog niet getest.",
}


async def kinds(feature: ReviewFeature, draft: str) -> dict[Kind, str]:
    review = await feature.review(Assignment(draft=draft))
    return {finding.kind: finding.quote for finding in review.findings}


@pytest.mark.parametrize(
    ("language", "promise"),
    [
        ("de", "Bis Ende August werden wir 90 % erreichen"),
        ("de", "Im Herbst ist das Problem erledigt"),
        ("de", "Das klappt garantiert"),
        ("fr", "D'ici Noël, plus aucun habitant ne restera bloqué"),
        ("fr", "Les files vont disparaître avant l'été"),
        ("es", "Antes de Navidad las listas de espera habrán desaparecido"),
        ("it", "Entro Natale le code spariranno"),
        ("pt", "Até o Natal as filas desaparecerão"),
        ("nl", "Voor de zomer zullen de wachttijden verdwijnen"),
    ],
)
async def test_a_plain_promise_is_found_and_goes(
    review_feature: ReviewFeature, language: str, promise: str
) -> None:
    draft = f"{RESULTS[language]} {promise}."
    assert (await kinds(review_feature, draft))[Kind.PROMISE] == promise
    review = await review_feature.review(Assignment(draft=draft))
    assert promise not in review.rewrite
    again = await review_feature.review(Assignment(draft=review.rewrite))
    assert again.rewrite == review.rewrite


@pytest.mark.parametrize(
    ("language", "projection"),
    [
        ("de", "Wenn es in dem Tempo weitergeht, stehen wir zu Weihnachten bei 80 %"),
        ("fr", "À ce rythme, nous sommes à 90 % au printemps"),
        ("es", "A este ritmo estamos en 0,90 en julio"),
    ],
)
async def test_what_is_projected_from_the_pace_is_found(
    review_feature: ReviewFeature, language: str, projection: str
) -> None:
    found = await kinds(review_feature, f"{RESULTS[language]} {projection}.")
    assert found[Kind.EXTRAPOLATION].startswith(projection)


@pytest.mark.parametrize(
    ("language", "plan"),
    [
        ("de", "Das Modell wird am Montag getestet"),
        ("de", "Am Freitag werden wir beide Versionen vergleichen"),
        ("de", "Wenn die Daten kommen, werden wir 90 % erreichen"),
        ("fr", "Mardi nous testerons la deuxième version"),
        ("fr", "Si les étiquettes arrivent, la précision montera"),
        ("es", "El martes probaremos la segunda versión"),
        ("it", "Martedì misureremo di nuovo con tutti i reparti"),
        ("nl", "Dinsdag zullen we beide versies testen"),
    ],
)
async def test_planned_work_and_conditions_are_no_promise(
    review_feature: ReviewFeature, language: str, plan: str
) -> None:
    assert Kind.PROMISE not in await kinds(review_feature, f"{RESULTS[language]} {plan}.")


@pytest.mark.parametrize(
    ("draft", "rest"),
    [
        (
            "Die Quote ist von 71 % auf 79 % gestiegen, ein sensationeller Erfolg! "
            "Nachts ist das nicht geprüft.",
            "Die Quote ist von 71 % auf 79 % gestiegen. Nachts",
        ),
        (
            "Le taux est passé de 58 % à 69 %, un résultat tout simplement prodigieux ! "
            "La nuit n'est pas encore testée.",
            "Le taux est passé de 58 % à 69 %. La nuit",
        ),
        (
            "La tasa pasó de 0,62 a 0,71, ¡una auténtica maravilla! "
            "De noche todavía no lo probamos.",
            "La tasa pasó de 0,62 a 0,71. De noche",
        ),
    ],
)
async def test_praise_goes_and_the_figures_stay(
    review_feature: ReviewFeature, draft: str, rest: str
) -> None:
    review = await review_feature.review(Assignment(draft=draft))
    assert Kind.HYPE in {finding.kind for finding in review.findings}
    assert review.rewrite.startswith(rest)


@pytest.mark.parametrize(
    "draft",
    [
        "La precisión mejoró de 71 % a 79 % en la primera semana. La cartera no cambió.",
        "La maniera di misurare non era cambiata, ma di notte non è ancora provato.",
        "L'équipe a préparé la première série pour les cantines, sans les soirs.",
    ],
)
async def test_words_that_end_like_the_future_of_another_language_promise_nothing(
    review_feature: ReviewFeature, draft: str
) -> None:
    assert Kind.PROMISE not in await kinds(review_feature, draft)
