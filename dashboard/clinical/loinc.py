"""LOINC codes: the mod-10 check digit that tells a real code from a mistyped one.

Source: LOINC Users' Guide, appendix "Calculating Mod 10 check digits".
"""

import re

_CODE = re.compile(r"([1-9][0-9]{0,6})-([0-9])")
_ANSWER = re.compile(r"LA[1-9][0-9]*-[0-9]")


def check_digit(number: str) -> int:
    """Return the check digit that belongs to the part of a code before its hyphen."""
    doubled = [int(digit) * 2 for digit in reversed(number)][::2]
    plain = [int(digit) for digit in reversed(number)][1::2]
    return -(sum(n // 10 + n % 10 for n in doubled) + sum(plain)) % 10


def refuse_bad_code(code: str) -> None:
    """Raise ValueError unless this is a LOINC code whose check digit is right."""
    found = _CODE.fullmatch(code)
    if not found:
        raise ValueError(f'"{code}" is not written like a LOINC code (12345-6)')
    due = check_digit(found[1])
    if int(found[2]) != due:
        raise ValueError(f'LOINC code "{code}" fails its check digit, {found[1]} ends in -{due}')


def refuse_bad_answer_code(code: str) -> None:
    """Raise ValueError unless this is written like a LOINC answer code (LA6568-5)."""
    if not _ANSWER.fullmatch(code):
        raise ValueError(f'"{code}" is not written like a LOINC answer code (LA6568-5)')
