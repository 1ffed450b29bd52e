"""Accounts, sign-ins and failed ones in SQL."""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from board.domain.accounts import Account, Role, Session, Status, Token
from board.store.tables import ACCOUNTS, SESSIONS, SIGN_IN_FAILURES, TOKENS


class SqlAccountStore:
    """See `AccountStore`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, account: Account) -> bool:
        """See `AccountStore.add`."""
        try:
            with self._engine.begin() as connection:
                connection.execute(
                    ACCOUNTS.insert().values(
                        account=account.account,
                        password_hash=account.password_hash,
                        role=account.role,
                        status=account.status,
                        created_ms=account.created_ms,
                    )
                )
        except sa.exc.IntegrityError:
            return False
        return True

    def find(self, account: str) -> Account | None:
        """See `AccountStore.find`."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(ACCOUNTS).where(ACCOUNTS.c.account == account)).one_or_none()
        return _account(row) if row else None

    def page(self, after: str, limit: int) -> list[Account]:
        """See `AccountStore.page`."""
        query = sa.select(ACCOUNTS).where(ACCOUNTS.c.account > after).order_by(ACCOUNTS.c.account).limit(limit)
        with self._engine.connect() as connection:
            return [_account(row) for row in connection.execute(query)]

    def with_status(self, status: Status) -> list[Account]:
        """See `AccountStore.with_status`."""
        query = sa.select(ACCOUNTS).where(ACCOUNTS.c.status == status).order_by(ACCOUNTS.c.created_ms)
        with self._engine.connect() as connection:
            return [_account(row) for row in connection.execute(query)]

    def count(self, role: Role, status: Status) -> int:
        """See `AccountStore.count`."""
        query = sa.select(sa.func.count()).where(ACCOUNTS.c.role == role, ACCOUNTS.c.status == status)
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def change(self, account: str, *, role: Role, status: Status) -> None:
        """See `AccountStore.change`."""
        with self._engine.begin() as connection:
            connection.execute(ACCOUNTS.update().where(ACCOUNTS.c.account == account).values(role=role, status=status))
            if status is not Status.ACTIVE:
                connection.execute(SESSIONS.delete().where(SESSIONS.c.account == account))

    def set_password(self, account: str, password_hash: str, keep: str, change_by_ms: int = 0) -> None:
        """See `AccountStore.set_password`."""
        with self._engine.begin() as connection:
            connection.execute(
                ACCOUNTS.update()
                .where(ACCOUNTS.c.account == account)
                .values(password_hash=password_hash, change_by_ms=change_by_ms)
            )
            connection.execute(SESSIONS.delete().where(SESSIONS.c.account == account, SESSIONS.c.token_hash != keep))
            if change_by_ms:
                connection.execute(TOKENS.delete().where(TOKENS.c.account == account))

    def open_session(self, session: Session) -> None:
        """See `AccountStore.open_session`."""
        with self._engine.begin() as connection:
            connection.execute(SESSIONS.delete().where(SESSIONS.c.expires_ms < session.created_ms))
            connection.execute(
                SESSIONS.insert().values(
                    token_hash=session.token_hash,
                    account=session.account,
                    created_ms=session.created_ms,
                    expires_ms=session.expires_ms,
                    agent=session.agent,
                    seen_ms=session.created_ms,
                )
            )

    def find_session(self, token_hash: str, now_ms: int) -> tuple[Session, Account] | None:
        """See `AccountStore.find_session`."""
        query = (
            sa.select(
                SESSIONS.c.token_hash,
                SESSIONS.c.created_ms.label("opened_ms"),
                SESSIONS.c.expires_ms,
                SESSIONS.c.agent,
                SESSIONS.c.seen_ms,
                ACCOUNTS,
            )
            .join(ACCOUNTS, ACCOUNTS.c.account == SESSIONS.c.account)
            .where(SESSIONS.c.token_hash == token_hash, SESSIONS.c.expires_ms > now_ms)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        session = Session(row.token_hash, row.account, row.opened_ms, row.expires_ms, row.agent, row.seen_ms)
        return session, _account(row)

    def administrated(self) -> bool:
        """See `AccountStore.administrated`."""
        query = sa.select(ACCOUNTS.c.account).where(ACCOUNTS.c.role == Role.SUPER_ADMIN).limit(1)
        with self._engine.connect() as connection:
            return connection.execute(query).one_or_none() is not None

    def sessions(self, account: str, now_ms: int) -> list[Session]:
        """See `AccountStore.sessions`."""
        query = (
            sa.select(SESSIONS)
            .where(SESSIONS.c.account == account, SESSIONS.c.expires_ms > now_ms)
            .order_by(SESSIONS.c.created_ms.desc())
        )
        with self._engine.connect() as connection:
            return [Session(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001  SQLAlchemy's public name

    def seen(self, token_hash: str, at_ms: int) -> None:
        """See `AccountStore.seen`."""
        with self._engine.begin() as connection:
            connection.execute(SESSIONS.update().where(SESSIONS.c.token_hash == token_hash).values(seen_ms=at_ms))
            connection.execute(TOKENS.update().where(TOKENS.c.token_hash == token_hash).values(used_ms=at_ms))

    def close_session(self, token_hash: str) -> None:
        """See `AccountStore.close_session`."""
        with self._engine.begin() as connection:
            connection.execute(SESSIONS.delete().where(SESSIONS.c.token_hash == token_hash))

    def note_failure(self, account: str, at_ms: int, forget_before_ms: int) -> None:
        """See `AccountStore.note_failure`."""
        with self._engine.begin() as connection:
            connection.execute(SIGN_IN_FAILURES.delete().where(SIGN_IN_FAILURES.c.at_ms < forget_before_ms))
            connection.execute(SIGN_IN_FAILURES.insert().values(account=account, at_ms=at_ms))

    def failures(self, account: str, since_ms: int) -> int:
        """See `AccountStore.failures`."""
        failures = SIGN_IN_FAILURES
        query = sa.select(sa.func.count()).where(failures.c.account == account, failures.c.at_ms >= since_ms)
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def first_failure(self, account: str, since_ms: int) -> int:
        """See `AccountStore.first_failure`."""
        failures = SIGN_IN_FAILURES
        query = sa.select(sa.func.min(failures.c.at_ms)).where(
            failures.c.account == account, failures.c.at_ms >= since_ms
        )
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one() or 0)

    def add_token(self, token: Token) -> None:
        """See `AccountStore.add_token`."""
        with self._engine.begin() as connection:
            connection.execute(TOKENS.insert().values(**asdict(token)))

    def tokens(self, account: str) -> list[Token]:
        """See `AccountStore.tokens`."""
        query = sa.select(TOKENS).where(TOKENS.c.account == account).order_by(TOKENS.c.created_ms.desc())
        with self._engine.connect() as connection:
            return [Token(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001  SQLAlchemy's public name

    def find_token(self, token_hash: str, now_ms: int) -> tuple[Token, Account] | None:
        """See `AccountStore.find_token`."""
        query = sa.select(TOKENS).where(TOKENS.c.token_hash == token_hash, TOKENS.c.expires_ms > now_ms)
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        token = Token(**row._mapping)  # noqa: SLF001  SQLAlchemy's public name for it
        account = self.find(token.account)
        return (token, account) if account else None

    def drop_token(self, account: str, token: str) -> bool:
        """See `AccountStore.drop_token`."""
        with self._engine.begin() as connection:
            query = TOKENS.delete().where(TOKENS.c.account == account, TOKENS.c.token == token)
            return bool(connection.execute(query).rowcount)

    def clear_failures(self, account: str) -> None:
        """See `AccountStore.clear_failures`."""
        with self._engine.begin() as connection:
            connection.execute(SIGN_IN_FAILURES.delete().where(SIGN_IN_FAILURES.c.account == account))


def _account(row: sa.Row[Any]) -> Account:
    return Account(row.account, row.password_hash, Role(row.role), Status(row.status), row.created_ms, row.change_by_ms)
