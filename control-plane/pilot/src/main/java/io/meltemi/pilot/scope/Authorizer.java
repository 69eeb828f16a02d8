package io.meltemi.pilot.scope;

import io.meltemi.model.config.ExtensionProvider.Deciding;

/// A provider that decides about requests, and the service it stands for. Immutable.
///
/// @param host of the service
/// @param role one of those that authorize
public record Authorizer(String host, int port, Deciding role) {}
