package io.meltemi.pilot.scope;

import io.meltemi.model.service.Service;
import io.meltemi.model.service.ServicePort;

/// A port on which a workload is called. Immutable.
///
/// @param number the workload's port, as registered
/// @param service the one that gave the port its protocol
/// @param port the service's port
public record InboundPort(int number, Service service, ServicePort port) {}
