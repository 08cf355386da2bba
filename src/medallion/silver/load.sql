SET VARIABLE ingot_load = (SELECT max(_ingot_slice) FROM _ingot_new_loads)
