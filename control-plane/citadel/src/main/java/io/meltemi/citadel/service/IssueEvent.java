package io.meltemi.citadel.service;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.citadel.ca.SignedChain;
import io.meltemi.citadel.sender.Proof;

/// What became of one request for a certificate. Immutable.
public sealed interface IssueEvent {
    /// A certificate was signed.
    record Issued(SpiffeId identity, Proof proof, SignedChain chain) implements IssueEvent {}

    /// Nobody knows the sender.
    ///
    /// @param reason what each who might know it says, without any token
    record Unproven(String reason) implements IssueEvent {}

    /// The sender asks too often.
    record Limited(SpiffeId identity, Proof proof) implements IssueEvent {}

    /// What was asked for is malformed or not the sender's.
    record Refused(SpiffeId identity, Proof proof, String reason) implements IssueEvent {}
}
