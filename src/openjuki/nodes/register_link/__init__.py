"""Link of an existing register system with the network (既存住基システムとの連携, standard 7.1.1.1, 7.1.1.2)."""
