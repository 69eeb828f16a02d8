package io.meltemi.citadel.service;

/// Hears of every request for a certificate. Called by many threads at once; must not block for
/// long.
@FunctionalInterface
public interface IssueListener {
    void heard(IssueEvent event);
}
