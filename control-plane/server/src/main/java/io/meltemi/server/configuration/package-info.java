/// Where the configuration comes from, and how its owner asks for it and changes it.
@NullMarked
package io.meltemi.server.configuration;

import org.jspecify.annotations.NullMarked;
