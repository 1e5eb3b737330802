DROP TABLE waivers;
