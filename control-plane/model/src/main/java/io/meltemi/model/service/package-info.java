/// What runs in the mesh: services, endpoints, workloads.
@NullMarked
package io.meltemi.model.service;

import org.jspecify.annotations.NullMarked;
