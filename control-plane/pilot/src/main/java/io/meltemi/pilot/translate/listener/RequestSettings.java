package io.meltemi.pilot.translate.listener;

import io.meltemi.model.config.PathNormalization;

/// What holds for all requests that a sidecar or a gateway sends out. Immutable.
///
/// @param marksSpoken whether some routes tell the callee's sidecar that requests come
///   ([io.meltemi.pilot.translate.route.SpokenMark])
public record RequestSettings(PathNormalization paths, boolean marksSpoken) {}
