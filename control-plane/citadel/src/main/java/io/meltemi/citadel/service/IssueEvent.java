package io.meltemi.citadel.service;

import io.meltemi.base.identity.SpiffeId;
import io.meltemi.citadel.ca.SignedChain;

/// What became of one request for a certificate. Immutable.
public sealed interface IssueEvent {
    /// How a sender has proven who it is.
    enum Proof {
        CERTIFICATE,
        JOIN_TOKEN
    }

    /// A certificate was signed.
    record Issued(SpiffeId identity, Proof proof, SignedChain chain) implements IssueEvent {}

    /// Nobody knows the sender.
    record Unproven() implements IssueEvent {}

    /// The sender asks too often.
    record Limited(SpiffeId identity, Proof proof) implements IssueEvent {}

    /// What was asked for is malformed or not the sender's.
    record Refused(SpiffeId identity, Proof proof, String reason) implements IssueEvent {}
}
