package io.meltemi.agent;

import io.meltemi.agent.bootstrap.DataPlaneStarter;
import io.meltemi.agent.dns.Upstreams;
import io.meltemi.agent.identity.ControlPlane;
import io.meltemi.agent.identity.JoinSource;
import io.meltemi.agent.identity.Rotation;
import io.meltemi.base.identity.TrustDomain;
import java.nio.file.Path;
import java.time.Duration;

/// What all sidecars of a machine share. Immutable.
///
/// @param hidden a folder that applications must not see
/// @param uid the caller's own, which applications get back
/// @param readyLimit how long a data plane may take to serve
public record Mesh(
        TrustDomain trustDomain,
        ControlPlane controlPlane,
        JoinSource join,
        Rotation rotation,
        DataPlaneStarter dataPlanes,
        Upstreams upstreams,
        Path hidden,
        int uid,
        int gid,
        Duration readyLimit) {}
