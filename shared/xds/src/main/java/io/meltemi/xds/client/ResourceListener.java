package io.meltemi.xds.client;

import io.grpc.Status;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.List;

/// Is told what the control plane says. Called on the client's executor only.
public interface ResourceListener {
    /// Takes a response; what it subscribes to meanwhile is asked for before the answer leaves.
    ///
    /// @param changed added and changed resources, in the order of the response
    /// @param removed names that are gone, or that were asked for and do not exist
    /// @param systemVersion the control plane's word for the whole, for people to read
    /// @return the resources it refuses; empty acknowledges all. The others must be in force: the
    ///   control plane does not send them again
    List<ResourceProblem> onResources(
            ResourceType type,
            List<XdsResource> changed,
            List<String> removed,
            String systemVersion);

    /// Resources of the next response that [#onResources] does not see, since they are wrong in
    /// themselves; not called when there are none.
    default void onProblems(ResourceType type, List<ResourceProblem> problems) {}

    /// A response is such that nothing of it can be used; it is refused.
    default void onMalformed(ResourceType type, String why) {}

    /// The control plane says what it calls itself.
    default void onIdentified(String controlPlane) {}

    /// The transport of a new stream is there.
    default void onOpened() {}

    /// A stream is over, or an attempt failed; called each time.
    default void onLost() {}

    /// The control plane answers on a new stream: the first response has come.
    default void onConnected() {}

    /// The stream is over, or the first attempt failed; more attempts follow, and this is not
    /// called again before one of them is answered. What was received stays in force.
    default void onDisconnected(Status cause) {}
}
